import { basename, dirname } from 'node:path';
import type { Driver } from '../../driver/read-driver.ts';
import { readUdevRules } from '../../facts/build/udev-rules.ts';
import type { SourceFile } from '../../facts/code/c-sources.ts';
import { isInstallStep } from '../../facts/code/is-install-step.ts';
import { someNames } from '../../system/text/some-names.ts';
import { firmwareOf } from './firmware-files.ts';
import { type GeneratedFile, generated } from './generated-file.ts';
import { type IsInstalled, installedBy } from './install-steps.ts';
import { type PlacedFile, placeFile, placeText, textOf } from './placed-file.ts';
import { quoteForDebhelper } from './quote-for-debhelper.ts';
import { numberedName, udevNeeds } from './udev-files.ts';

/** Files of a driver's tree for the running system. */
export interface SystemFiles {
  /** The lines of debian/<package>.install: a path in the tree, and a directory in the package. */
  readonly install: readonly { readonly path: string; readonly directory: string }[];
  /**
   * All files for the running system with their paths in the installed system, for packages that are built without
   * debian/.
   */
  readonly placed: readonly PlacedFile[];
  /** Other files of debian/: .udev, .modprobe, .manpages … */
  readonly files: readonly GeneratedFile[];
  /** The texts of the installed udev rules. */
  readonly rules: readonly string[];
  /** Notes about files that are not installed, each with the reason. */
  readonly notes: readonly string[];
}

/** A kind of file for the running system, such as udev rules. */
interface Kind {
  /** The name of the kind in debhelper, as in debian/<package>.<kind>. */
  readonly kind: string;
  readonly directory: string;
  /** Matches the names of files that keep their name when they are installed into `directory`. */
  readonly keepsName: RegExp;
  /** Matches paths of files that are installed because of their folder. Other files need an install step (whyNot). */
  readonly folder: RegExp;
  readonly file: RegExp;
  /** Whether the contents of a file are of this kind. `lines` are its lines except comments and empty lines. */
  readonly reads: (text: string, lines: readonly string[]) => boolean;
}

function all(line: RegExp): Kind['reads'] {
  return (_, lines) => lines.every((one) => line.test(one));
}

const KINDS: readonly Kind[] = [
  {
    kind: 'udev',
    directory: 'usr/lib/udev/rules.d',
    keepsName: /^\d\d-/,
    folder: /(?:^|\/)(?:udev|rules\.d)\//,
    file: /\.rules$/,
    reads: (text) => readUdevRules(text) !== undefined,
  },
  {
    kind: 'modprobe',
    directory: 'usr/lib/modprobe.d',
    keepsName: /^(?!modprobe|options|blacklist)[\w.-]+\.conf$/,
    folder: /(?:^|\/)modprobe\.d\//,
    file: /\.conf$/,
    reads: all(/^\s*(?:options|blacklist|alias|install|softdep|remove)\s/),
  },
  {
    kind: 'modules-load',
    directory: 'usr/lib/modules-load.d',
    keepsName: /^(?!modules)[\w.-]+\.conf$/,
    folder: /(?:^|\/)modules-load\.d\//,
    file: /\.conf$/,
    reads: all(/^\s*[\w-]+\s*$/),
  },
  {
    kind: 'hwdb',
    directory: 'usr/lib/udev/hwdb.d',
    keepsName: /^\d\d-/,
    folder: /(?:^|\/)(?:udev|hwdb\.d|hwdb)\//,
    file: /\.hwdb$/,
    // In the format of hwdb(7), a match begins at the beginning of a line, and properties are indented.
    reads: all(/^(?:[a-z][\w-]*:\S|\s+\w+=)/),
  },
];

/**
 * Whether a file is a hook that mkinitramfs runs (initramfs-tools(7), "HOOK SCRIPTS"): a script that handles the
 * argument `prereqs`. It must be in a folder initramfs-tools/hooks, or have the name that dh_installinitramfs expects.
 */
function isInitramfsHook({ path, text }: Pick<SourceFile, 'path' | 'text'>): boolean {
  const isPlaced = /(?:^|\/)initramfs(?:-tools)?\/hooks\/[^/]+$|\.initramfs-hook$/.test(path);
  return isPlaced && text.startsWith('#!') && /^[ \t]*prereqs\)/m.test(text);
}

/**
 * Matches folders in which only firmware and manual pages are sought: tests (only firmware), examples, documents,
 * packaging, hidden folders.
 */
const EXAMPLE_FOLDERS =
  /(?:^|\/)(?:tests?|examples?|samples?|contrib|packaging|rpm|arch|nix|ci|docs?|debian|\.\w+)\//i;
const PAGE = /\.[4579]$/;

/**
 * Finds the files of the tree for the running system: udev rules, hwdb files, modprobe and modules-load settings,
 * initramfs hooks, manual pages and firmware.
 */
export function systemFiles(driver: Driver): SystemFiles {
  const install: { path: string; directory: string }[] = firmwareOf(driver);
  const files: GeneratedFile[] = [];
  const notes: string[] = [];
  const rules: string[] = [];
  const placed: PlacedFile[] = [];
  const steps = driver.sources.files.filter(({ path }) => isInstallStep(path));
  const isInstalled = installedBy(steps.map(({ text }) => text));
  for (const kind of KINDS) {
    const found = driver.sources.files.filter((file) => isOf(kind, file));
    const copied: SourceFile[] = [];
    for (const file of found) {
      const needs = kind.kind === 'udev' ? udevNeeds(file, driver) : undefined;
      const reason = needs?.refusal ?? whyNot(kind, file, isInstalled, driver);
      if (reason !== undefined) {
        notes.push(`${file.path} is not installed: ${reason}`);
        continue;
      }
      if (kind.kind === 'udev') rules.push(file.text);
      notes.push(...(needs?.notes ?? []));
      for (const path of needs?.helpers ?? []) install.push({ path, directory: 'usr/lib/udev' });
      const numbered = kind.kind === 'udev' ? numberedName(file.path, steps) : undefined;
      if (kind.keepsName.test(basename(file.path))) {
        install.push({ path: file.path, directory: kind.directory });
      } else if (numbered !== undefined || kind.kind === 'hwdb') {
        // The file gets its new name in debian/, because dh_install(1) cannot rename it.
        const name = numbered ?? `60-${basename(file.path)}`;
        files.push(generated(name, textOf([file])));
        install.push({ path: `debian/${name}`, directory: kind.directory });
        placed.push(placeText(`${kind.directory}/${name}`, [file]));
      } else copied.push(file);
    }
    if (copied.length > 0) {
      const own = driver.packageName;
      const name = kind.kind === 'udev' ? `60-${own}.rules` : `${own}.conf`;
      placed.push(placeText(`${kind.directory}/${name}`, copied));
      // No command of debhelper reads debian/<package>.modules-load.
      const isListed = kind.kind === 'modules-load';
      if (isListed) install.push({ path: `debian/${name}`, directory: kind.directory });
      const written = isListed ? name : `${own}.${kind.kind}`;
      files.push(generated(written, textOf(copied)));
    }
  }
  for (const { path, directory } of install.filter(({ path }) => !path.startsWith('debian/'))) {
    const isHelper = directory === 'usr/lib/udev';
    placed.push(placeFile(path, directory, isHelper ? 0o755 : 0o644));
  }
  // dh_installinitramfs installs one hook for each package.
  const [hook, ...otherHooks] = driver.sources.files.filter(
    (file) => isInitramfsHook(file) && !EXAMPLE_FOLDERS.test(file.path),
  );
  if (hook !== undefined) {
    files.push(generated(`${driver.packageName}.initramfs-hook`, textOf([hook])));
    const target = `usr/share/initramfs-tools/hooks/${driver.packageName}`;
    placed.push({ ...placeText(target, [hook]), mode: 0o755 });
  }
  for (const { path } of otherHooks) {
    notes.push(`${path} is not installed: the package has another initramfs hook, ${hook?.path}`);
  }
  const pages = driver.sources.files.filter((file) => isPage(file, driver));
  if (pages.length > 0) {
    const lines = pages.map(({ path }) => quoteForDebhelper(path));
    files.push(generated(`${driver.packageName}.manpages`, `${lines.join('\n')}\n`));
  }
  for (const { path } of pages) placed.push(placeFile(path, `usr/share/man/man${path.slice(-1)}`));
  notes.push(...notInstalled(driver));
  const places = [...new Map(placed.map((file) => [file.target, file])).values()];
  return { install: unique(install), placed: places, files, rules, notes };
}

/** Returns notes about files that look like files for the running system, but are not installed. */
function notInstalled({ sources }: Driver): string[] {
  const services = sources.files
    .filter(({ path, text }) => isService(path, text))
    .map(({ path }) => path);
  const why = 'systemd units are not installed, because this package does not have their programs';
  const unstarted = services.length === 0 ? [] : [`${why}: ${someNames(services, 20)}`];
  return unstarted.concat(
    sources.files.flatMap(({ path, text }) => {
      if (EXAMPLE_FOLDERS.test(path) || text === '') return [];
      if (/\.hwdb$/.test(path) && !KINDS.some((kind) => isOf(kind, { path, text }))) {
        return [`${path} is not installed: it is not in the format of hwdb(7)`];
      }
      const place = /(?:^|\/)(?:udev|rules\.d)\/[^/]+\.rules$/.test(path);
      if (!place || readUdevRules(text) !== undefined) return [];
      const polkit = /\bpolkit\.add/.test(text);
      return [`${path} is not installed: it is ${polkit ? 'a polkit rule' : 'not a udev rule'}`];
    }),
  );
}

/** Whether a file is a systemd unit. */
function isService(path: string, text: string): boolean {
  return (
    /\.(?:service|timer|socket)$/.test(path) &&
    !EXAMPLE_FOLDERS.test(path) &&
    /^\[[\w -]+\]\s*$/m.test(text)
  );
}

/**
 * Whether a manual page is about the driver: it is in section 4 or 9, or its name begins with the name of the driver or
 * of a module.
 */
function isPage({ path, text }: SourceFile, { conf }: Driver): boolean {
  if (!PAGE.test(path) || !/^\.(?:TH|Dt)\b/m.test(text) || /(?:^|\/)tests?\//.test(path)) {
    return false;
  }
  const page = basename(path).toLowerCase().replaceAll('-', '_');
  const names = [conf.name, ...conf.modules.map((module) => module.installedName)];
  return (
    /\.[49]$/.test(path) ||
    names.some((name) => page.startsWith(name.toLowerCase().replaceAll('-', '_')))
  );
}

function unique(install: SystemFiles['install']): SystemFiles['install'] {
  return [...new Map(install.map((item) => [`${item.path} ${item.directory}`, item])).values()];
}

function isOf(kind: Kind, { path, text }: Pick<SourceFile, 'path' | 'text'>): boolean {
  if (!kind.file.test(path) || EXAMPLE_FOLDERS.test(path) || /\s/.test(path)) return false;
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  return (
    lines.length > 0 &&
    kind.reads(text, lines) &&
    (kind.kind !== 'modules-load' || kind.folder.test(path))
  );
}

/** Returns the reason why a file is not installed. Returns undefined if it is installed. */
function whyNot(
  kind: Kind,
  file: SourceFile,
  isInstalled: IsInstalled,
  driver: Driver,
): string | undefined {
  if (/@\w+@/.test(file.text)) return 'it has placeholders';
  if (kind.folder.test(file.path) || isInstalled(file.path, basename(kind.directory))) {
    return undefined;
  }
  const ofDriver = ['.', driver.location.sourceRoot].includes(dirname(file.path));
  if (/^(?:udev|hwdb)$/.test(kind.kind) && ofDriver) return undefined;
  return `neither its folder nor an install step of ${driver.conf.name} shows that it should be`;
}
