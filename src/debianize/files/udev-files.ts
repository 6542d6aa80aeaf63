import { basename, posix } from 'node:path';
import { sourcePrefix } from '../../driver/conf/find-conf.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { isKnownProgram, isUdevHelper } from '../../facts/build/system-programs.ts';
import { callsOf, readUdevRules } from '../../facts/build/udev-rules.ts';
import type { SourceFile } from '../../facts/code/c-sources.ts';
import { escapeRegExp } from '../../system/text/escape-reg-exp.ts';

/** The programs that a udev rules file needs, or the reason why the file cannot be installed. */
export interface UdevNeeds {
  /** Scripts of the tree that the rules call. They are installed into /usr/lib/udev. */
  readonly helpers: readonly string[];
  readonly refusal: string | undefined;
  readonly notes: readonly string[];
}

/**
 * Checks the programs that udev rules call. Programs of essential packages exist on every system. A script of the tree
 * is installed into /usr/lib/udev, where udev looks for names without a path (udev(7), RUN). If udev itself calls any
 * other program, the rules are not installed. If a shell calls a program in /bin or /usr/bin (or sbin), there is only a
 * note about it. Each message says which program is meant, why it may be missing, and what to do.
 */
export function udevNeeds({ path, text }: SourceFile, driver: Driver): UdevNeeds {
  const helpers: string[] = [];
  const notes: string[] = [];
  let refusal: string | undefined;
  for (const { program, direct } of callsOf(readUdevRules(text) ?? [])) {
    if (isKnownProgram(program) || isUdevHelper(program)) continue;
    const name = /^(?:\/(?:usr\/)?lib\/udev\/)?([^/%$]+)$/.exec(program)?.[1];
    const script = name === undefined ? undefined : scriptOf(name, driver);
    if (script?.isExecutable) helpers.push(script.path);
    else if (name !== undefined) refusal ??= whyNoHelper(program, name, script?.path);
    else if (/[%$]/.test(program)) {
      refusal ??= `it runs ${program}, a path that only udev can complete, so no package can be found that has it; write the whole path`;
    } else if (!IN_PATH.test(program)) {
      refusal ??= `it runs ${program}, which is neither in this package nor in an essential one; let the rule run a script of the tree by its name; the script is then installed into /usr/lib/udev`;
    } else if (direct) {
      refusal ??= `it runs ${program}, which is neither in this package nor in an essential one; if you install the rules yourself, let this package depend on the package that has ${program}`;
    } else {
      notes.push(
        `${path} is installed, but a shell in it runs ${program}, which no essential package has; let this package depend on the package that has this program`,
      );
    }
  }
  return { helpers, refusal, notes };
}

const IN_PATH = /^\/(?:usr\/)?s?bin\//;

/**
 * Returns why a rule cannot run the program `name` in /usr/lib/udev, and what to do. `script` is a file of the tree
 * with this name that is not executable, if there is one.
 */
function whyNoHelper(program: string, name: string, script: string | undefined): string {
  if (script !== undefined) {
    return `it runs ${name}, but ${script} is not executable; make ${script} executable (chmod +x), so that it is installed into /usr/lib/udev`;
  }
  if (program === name && isKnownProgram(`/usr/bin/${name}`)) {
    return `it runs ${name} without a path, which udev looks for only in /usr/lib/udev; write the whole path of ${name}, which every system with udev has`;
  }
  return `it runs ${name}, which udev looks for in /usr/lib/udev, and the tree has no file with this name; add ${name} to the tree as an executable script, or write the whole path of the program`;
}

/**
 * Returns a file of the tree with this name: an executable file, if there is one. Returns undefined if no file has this
 * name.
 */
function scriptOf(
  name: string,
  driver: Driver,
): { path: string; isExecutable: boolean } | undefined {
  const files = driver.entries.filter(
    ({ path, type }) => type === 'file' && basename(path) === name,
  );
  const isExecutable = ({ mode }: (typeof files)[number]) => (mode & 0o111) !== 0;
  const file = files.find(isExecutable) ?? files[0];
  if (file === undefined) return undefined;
  const path = sourcePrefix(driver.location) + file.path;
  return { path, isExecutable: isExecutable(file) };
}

/**
 * Returns the name for a rules file, which begins with a number: its own name, the name that an install step gives it,
 * or the end of its name (`udev-50-foo.rules`). Returns undefined if none of these has a number. dh_installudev then
 * uses 60.
 */
export function numberedName(path: string, steps: readonly SourceFile[]): string | undefined {
  const name = posix.basename(path);
  if (/^\d\d-/.test(name)) return name;
  const word = new RegExp(`(?<![\\w.-])${escapeRegExp(name)}(?![\\w.-])`);
  for (const { text } of steps) {
    if (!text.includes(name)) continue;
    for (const line of text.split('\n')) {
      if (line.length > 2000 || !word.test(line)) continue;
      const target = NUMBERED.exec(line)?.[1] ?? variableTarget(line, text);
      if (target !== undefined) return target;
    }
  }
  return /(?:^|[-_.])(\d\d-[\w.+-]+\.rules)$/.exec(name)?.[1];
}

const NUMBERED = /(?:^|[\s/"'=])(\d\d-[\w.+-]+\.rules)\b/;

/**
 * Returns the name with a number if the value of a variable in `line` has it: 90-foo.rules for the line
 * `install udev.rules $(UDEV_RULES)` and the assignment `UDEV_RULES = …/90-foo.rules` in `text`. Otherwise returns
 * undefined.
 */
function variableTarget(line: string, text: string): string | undefined {
  for (const [, name] of line.matchAll(/\$[({]?(\w+)[)}]?/g)) {
    const value = new RegExp(`^[ \\t]*${name}[ \\t]*[:?]?=(.*)$`, 'm').exec(text)?.[1] ?? '';
    const target = NUMBERED.exec(value)?.[1];
    if (target !== undefined) return target;
  }
  return undefined;
}
