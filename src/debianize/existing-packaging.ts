import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { latestHeader } from '../debian/latest-entry.ts';
import { NOT_MADE_BY_INIT } from '../dkms/source/allowed-files.ts';
import {
  type Manifest,
  type RulesStyle,
  readOptional,
  type SourceFormat,
} from '../driver/conf/init-memory.ts';

/** The facts about an existing debian/ that show how it is built. */
export interface ExistingPackaging {
  readonly control: string | undefined;
  /** `dkms-deb` if debian/rules calls dkms-deb, `dh` if it calls programs of debhelper, else undefined. */
  readonly style: RulesStyle | undefined;
  readonly format: SourceFormat | undefined;
  /** The level in debian/compat. If it is set, Build-Depends must not have another level (debhelper(7)). */
  readonly compat: string | undefined;
  /** Whether the package gets a dkms.conf: from a debian/*.dkms, or from a list or script of debian/ that names one. */
  readonly hasConf: boolean;
  /**
   * Whether dh_dkms, which writes the maintainer scripts, seems to be called: debian/rules names dkms outside of
   * comments, or control names dh-sequence-dkms.
   */
  readonly callsDkms: boolean;
  /**
   * Whether debian/ seems to install source. This is so in two cases. First: a list or script of debian/ names usr/src.
   * Second: the driver's makefile names usr/src, and debian/rules lets it install, by a call of make or by
   * dh_auto_install.
   */
  readonly hasSource: boolean;
  /**
   * Whether debian/ has a list such as `docs` without the name of a package, and `packageName` is the first package of
   * control. debhelper reads such a list for the first package, unless there is a list with the name of this package.
   */
  hasPlainList(kind: string, packageName: string): boolean;
  /**
   * Whether nothing in debian/ installs a file of the tree: no list or script contains the name of the file, and
   * debian/rules keeps dh from running the install step of the driver's makefile. If this is unknown, the result is
   * false.
   */
  leavesOut(path: string): boolean;
}

/** Matches files of debian/ that determine what is installed, and where (debhelper(7)). */
const STEPS =
  /(?:^|\.)(?:rules|install|links|dirs|docs|manpages|udev|modprobe|initramfs-hook|postinst|preinst)$|^rules/;

/**
 * Reads the facts about a debian/, which init may have written in part. Runs nothing. Files that init wrote, according
 * to `known`, do not count for `hasConf`, `hasSource`, `hasPlainList` and `leavesOut`. Only what debian/rules lets make
 * and dh install counts in any case.
 */
export async function readExistingPackaging(
  debian: string,
  known: Manifest | undefined,
): Promise<ExistingPackaging> {
  const names = (await readdir(debian).catch(() => [])).filter((name) => {
    const hash = known?.files[name];
    return hash === undefined || hash === NOT_MADE_BY_INIT;
  });
  const read = (name: string) => readOptional(join(debian, name));
  const steps = await Promise.all(
    names.filter((name) => STEPS.test(name)).map(async (name) => withoutComments(await read(name))),
  );
  const all = steps.join('\n');
  const [control, rules] = [await read('control'), withoutComments(await read('rules'))];
  const installsNothing = skipsAutoInstall(rules);
  return {
    control,
    style: styleOf(rules),
    callsDkms: /dkms/.test(rules) || /\bdh-sequence-dkms\b/.test(control ?? ''),
    format: await formatOf(debian),
    compat: /^\s*(\d+)/.exec((await read('compat')) ?? '')?.[1],
    hasConf:
      names.some((name) => /(?:^|\.)dkms$/.test(name)) ||
      /\bdh_dkms\b|\bdkms\.conf\b|\bdebian\/[\w.$(){}-]*dkms\b/.test(all),
    hasSource: /\busr\/src\b/.test(all) || makeInstallsSource(rules, await makefileOf(debian)),
    hasPlainList: (kind, packageName) =>
      names.includes(kind) && /^Package:[ \t]*(\S+)/m.exec(control ?? '')?.[1] === packageName,
    leavesOut: (path) => installsNothing && !all.includes(basename(path)),
  };
}

function withoutComments(text: string | undefined): string {
  // The pattern has [ \t], not \s: \s also matches line ends, so many empty lines would take quadratic time.
  return (text ?? '').replace(/^[ \t]*#.*$/gm, '');
}

/** Whether debian/rules has an empty rule override_dh_auto_install, so that dh does not run dh_auto_install(1). */
function skipsAutoInstall(rules: string): boolean {
  const lines = rules.split('\n');
  return lines.some((line, index) => {
    const targets = line.slice(0, line.indexOf(':') + 1);
    if (targets.startsWith('\t') || lines[index + 1]?.startsWith('\t')) return false;
    return /\boverride_dh_auto_install\b/.test(targets);
  });
}

/** Returns the makefile at the top of the driver, which dh_auto_install(1) runs; '' if there is none. */
async function makefileOf(debian: string): Promise<string> {
  for (const name of ['GNUmakefile', 'makefile', 'Makefile']) {
    const text = await readOptional(join(debian, '..', name)).catch(() => undefined);
    if (text !== undefined) return withoutComments(text);
  }
  return '';
}

/** The most characters of a line of debian/rules in which a call of make is looked for. */
const MOST_LINE = 4000;

/** Whether debian/rules lets the driver's makefile install source into usr/src: by a call of make, or by dh itself. */
function makeInstallsSource(rules: string, makefile: string): boolean {
  if (!/\busr\/src\b/.test(makefile)) return false;
  const lines = rules.replace(/\\\n/g, ' ').split('\n');
  const isCall = (line: string) =>
    line.length < MOST_LINE &&
    /^\t.*(?:\$[({]MAKE[)}]|\bmake\b).*(?:\bDESTDIR=|install\b)/.test(line);
  if (lines.some(isCall)) return true;
  const runsDh = lines.some((line) => /^\tdh\b(?!.*--buildsystem)/.test(line));
  const runsInstall = /\boverride_dh_auto_install\b/.test(rules)
    ? lines.some((line) => /^\tdh_auto_install\b/.test(line))
    : runsDh;
  const hasTarget = /^install[ \t]*:/m.test(makefile) && /\$[({]DESTDIR[)}]/.test(makefile);
  return runsInstall && hasTarget;
}

function styleOf(rules: string): RulesStyle | undefined {
  if (/^\t.*\bdkms-deb\b/m.test(rules)) return 'dkms-deb';
  return /^\t.*\bdh(?:_\w+)?\b/m.test(rules) ? 'dh' : undefined;
}

/**
 * Returns the source format in debian/source/format. If this file does not exist or has another format, patches or a
 * Debian revision in the changelog show that there is an upstream tarball (dpkg-source(1)). Undefined without a
 * changelog.
 */
async function formatOf(debian: string): Promise<SourceFormat | undefined> {
  const said = (await readOptional(join(debian, 'source/format')))?.trim();
  if (said === '3.0 (quilt)') return 'quilt';
  if (said === '3.0 (native)') return 'native';
  if ((await readOptional(join(debian, 'patches/series'))) !== undefined) return 'quilt';
  const file = join(debian, 'changelog');
  const changelog = await readOptional(file);
  const latest = changelog === undefined ? undefined : latestHeader(changelog, file);
  return latest === undefined ? undefined : latest.version.includes('-') ? 'quilt' : 'native';
}
