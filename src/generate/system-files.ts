import { basename, dirname, posix } from 'node:path';
import { sourcePrefix } from './conf/find-conf.ts';
import type { Driver } from './driver.ts';
import type { SourceFile } from './facts/sources.ts';
import { type GeneratedFile, generated } from './generated-file.ts';
import { listWord } from './list-word.ts';

/** What a driver's tree has for the running system beside its modules. */
export interface SystemFiles {
  /** For debian/<package>.install: source in the tree, directory in the package. */
  readonly install: readonly { readonly path: string; readonly directory: string }[];
  /** Files of debian/ of their own: .udev, .modprobe, .manpages … */
  readonly files: readonly GeneratedFile[];
  /** Text of the udev rules that are installed. */
  readonly rules: readonly string[];
  /** What was found and left where it is, with the reason. */
  readonly notes: readonly string[];
}

/** debhelper's kind, the directory for a file that keeps its name, and which names may. */
interface Kind {
  readonly kind: string;
  readonly directory: string;
  readonly keepsName: RegExp;
  /** A folder whose name alone says what the file is for. */
  readonly folder: RegExp;
  readonly file: RegExp;
  /** Every line that says something looks so. */
  readonly line: RegExp;
}

const KINDS: readonly Kind[] = [
  {
    kind: 'udev',
    directory: 'usr/lib/udev/rules.d',
    keepsName: /^\d\d-/,
    folder: /(?:^|\/)(?:udev|rules\.d)\//,
    file: /\.rules$/,
    line: /^\s*(?:(?:ACTION|ATTRS?|DEVPATH|DRIVERS?|ENV|GOTO|GROUP|IMPORT|KERNELS?|LABEL|MODE|NAME|OPTIONS|OWNER|PROGRAM|RUN|SUBSYSTEMS?|SYMLINK|TAGS?|TEST)\b.*|.*\\?)$/,
  },
  {
    kind: 'modprobe',
    directory: 'usr/lib/modprobe.d',
    keepsName: /^(?!modprobe|options|blacklist)[\w.-]+\.conf$/,
    folder: /(?:^|\/)modprobe\.d\//,
    file: /\.conf$/,
    line: /^\s*(?:options|blacklist|alias|install|softdep|remove)\s/,
  },
  {
    kind: 'modules-load',
    directory: 'usr/lib/modules-load.d',
    keepsName: /^(?!modules)[\w.-]+\.conf$/,
    folder: /(?:^|\/)modules-load\.d\//,
    file: /\.conf$/,
    line: /^\s*[\w-]+\s*$/,
  },
];

/** Folders whose files are other systems' packaging, or only show how. */
const ELSEWHERE =
  /(?:^|\/)(?:tests?|examples?|samples?|contrib|packaging|rpm|arch|nix|ci|docs?|debian|\.\w+)\//i;
/** Programs that every Debian system has; a rule that runs another one would fail. */
const FOREIGN_PROGRAM =
  /(?:RUN|PROGRAM)(?:\{\w+\})?\+?=+"(?!\/(?:usr\/)?s?bin\/(?:sh|bash|modprobe|insmod|chmod|chgrp|chown|ln|systemctl|udevadm|setfacl|kmod|echo|logger)\b)(?=\/)/;
const PAGE = /\.[4579]$/;

/** Finds udev rules, modprobe and modules-load settings, manual pages and firmware. */
export function systemFiles(driver: Driver): SystemFiles {
  const install: { path: string; directory: string }[] = firmwareOf(driver);
  const files: GeneratedFile[] = [];
  const notes: string[] = [];
  const rules: string[] = [];
  const steps = driver.sources.files.filter(({ path }) => isInstallStep(path));
  for (const kind of KINDS) {
    const found = driver.sources.files.filter((file) => isOf(kind, file));
    const copied: SourceFile[] = [];
    for (const file of found) {
      const helpers = kind.kind === 'udev' ? helpersOf(file, driver) : [];
      const reason = whyNot(kind, file, steps, driver, helpers);
      if (reason !== undefined) {
        notes.push(`${file.path} is not installed: ${reason}`);
        continue;
      }
      if (kind.kind === 'udev') rules.push(file.text);
      for (const { path } of helpers) {
        if (path !== undefined) install.push({ path, directory: 'usr/lib/udev' });
      }
      if (kind.keepsName.test(basename(file.path))) {
        install.push({ path: file.path, directory: kind.directory });
      } else copied.push(file);
    }
    if (copied.length > 0) {
      const text = copied.map((file) => file.text.replace(/\r$/gm, '').trimEnd()).join('\n');
      files.push(generated(`${driver.packageName}.${kind.kind}`, `${text}\n`));
    }
  }
  const pages = driver.sources.files.filter((file) => isPage(file, driver));
  if (pages.length > 0) {
    const lines = pages.map(({ path }) => listWord(path));
    files.push(generated(`${driver.packageName}.manpages`, `${lines.join('\n')}\n`));
  }
  return { install: unique(install), files, rules, notes };
}

/** Of the driver, not of a program in the same tree: section 5 and 7 only if a module's name is in it. */
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

/**
 * Programs that a rule names without a path: udev looks for them in /usr/lib/udev (udev(7), RUN).
 * `path` is where the tree has such a script; undefined where it has none.
 */
function helpersOf({ text }: SourceFile, driver: Driver): { name: string; path?: string }[] {
  const rules = text.replace(/^\s*#.*$/gm, '');
  const names = new Set<string>();
  const call = /\b(?:RUN|PROGRAM|IMPORT)(\{\w+\})?(?:\+|:)?==?"([^"\s/$%]+)(?:\s[^"]*)?"/g;
  for (const [, kind, name] of rules.matchAll(call)) {
    if (kind === undefined || kind === '{program}') names.add(name ?? '');
  }
  const prefix = sourcePrefix(driver.location);
  return [...names].map((name) => {
    const file = driver.source.find(
      ({ path, type, mode }) => type === 'file' && basename(path) === name && (mode & 0o111) !== 0,
    );
    return file === undefined ? { name } : { name, path: prefix + file.path };
  });
}

function isOf(kind: Kind, { path, text }: SourceFile): boolean {
  if (!kind.file.test(path) || ELSEWHERE.test(path) || /\s/.test(path)) return false;
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  return (
    lines.length > 0 &&
    lines.every((line) => kind.line.test(line)) &&
    (kind.kind !== 'modules-load' || kind.folder.test(path))
  );
}

/** Why a file of the tree stays there; undefined where it belongs into the package. */
function whyNot(
  kind: Kind,
  file: SourceFile,
  steps: readonly SourceFile[],
  driver: Driver,
  helpers: readonly { readonly name: string; readonly path?: string }[],
): string | undefined {
  const missing = helpers.find(({ path }) => path === undefined);
  if (missing !== undefined) {
    return `it runs ${missing.name}, which the tree has not as an executable script`;
  }
  if (/@\w+@/.test(file.text)) return 'it has placeholders';
  if (FOREIGN_PROGRAM.test(file.text)) return 'it runs a program that this package does not have';
  const name = basename(file.path);
  const named = steps.some(({ text }) => text.includes(name));
  if (kind.folder.test(file.path) || named) return undefined;
  if (kind.kind === 'udev' && dirname(file.path) === '.') return undefined;
  return `neither its folder nor an install step of ${driver.conf.name} says that it should be`;
}

function isInstallStep(path: string): boolean {
  return /(?:^|\/)(?:GNUm|M|m)akefile(?:\.am|\.in)?$|\.(?:sh|mk|spec|install)$|(?:^|\/)(?:CMakeLists\.txt|PKGBUILD|meson\.build|install)$/.test(
    path,
  );
}

/**
 * Firmware that the modules ask for (MODULE_FIRMWARE) and the tree has. Below updates/, where the
 * kernel looks first: the same name may be in a firmware package (firmware_class, fw_path).
 */
function firmwareOf(driver: Driver): { path: string; directory: string }[] {
  const wanted = new Set<string>();
  for (const { kind, text } of driver.sources.files) {
    if (kind !== 'c') continue;
    for (const [, name] of text.matchAll(/\bMODULE_FIRMWARE\s*\(\s*"([\w./+-]+)"\s*\)/g)) {
      if (name !== undefined && !name.split('/').includes('..')) wanted.add(name);
    }
  }
  const found: { path: string; directory: string }[] = [];
  for (const name of wanted) {
    const entry = driver.source.find(
      ({ path, type }) =>
        type === 'file' &&
        (path.endsWith(`/${name}`) ||
          (basename(path) === basename(name) && /(?:^|\/)(?:firmware|fw)\//.test(path))),
    );
    if (entry === undefined) continue;
    const folder = posix.dirname(name);
    const directory = `usr/lib/firmware/updates${folder === '.' ? '' : `/${folder}`}`;
    found.push({ path: posix.join(driver.location.sourceRoot, entry.path), directory });
  }
  return found;
}
