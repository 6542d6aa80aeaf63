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
 * note about it.
 */
export function udevNeeds({ path, text }: SourceFile, driver: Driver): UdevNeeds {
  const helpers: string[] = [];
  const notes: string[] = [];
  let refusal: string | undefined;
  for (const { program, direct } of callsOf(readUdevRules(text) ?? [])) {
    if (isKnownProgram(program) || isUdevHelper(program)) continue;
    const name = /^(?:\/(?:usr\/)?lib\/udev\/)?([^/%$]+)$/.exec(program)?.[1];
    const script = name === undefined ? undefined : scriptOf(name, driver);
    if (script !== undefined) helpers.push(script);
    else if (name !== undefined) {
      refusal ??= `it runs ${name}, but the tree has no executable script with this name`;
    } else if (/[%$]/.test(program)) {
      refusal ??= `it runs ${program}, and only udev can expand that`;
    } else if (direct || !/^\/(?:usr\/)?s?bin\//.test(program)) {
      refusal ??= `it runs ${program}, which neither this package nor an essential one has`;
    } else {
      notes.push(
        `${path}: its rules call ${program}, which may be missing: add the package that has it to Depends`,
      );
    }
  }
  return { helpers, refusal, notes };
}

function scriptOf(name: string, driver: Driver): string | undefined {
  const file = driver.entries.find(
    ({ path, type, mode }) => type === 'file' && basename(path) === name && (mode & 0o111) !== 0,
  );
  return file === undefined ? undefined : sourcePrefix(driver.location) + file.path;
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
