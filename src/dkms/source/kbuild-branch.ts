import { join, normalize } from 'node:path/posix';
import { MAKE_NAMES } from './makefile-name.ts';

/**
 * Matches the condition `ifneq ($(KERNELRELEASE),)`, also in the forms ifeq, ifdef and ifndef, of a makefile that
 * kbuild and people call: with KERNELRELEASE set, the makefile names modules for kbuild, otherwise it calls kbuild.
 */
const ASKS_KERNELRELEASE =
  /^[ \t]*(?:ifn?eq\s*\(\s*(?:\$[({]KERNELRELEASE[)}]\s*,|,\s*\$[({]KERNELRELEASE)|ifn?eq\s+["']\$[({]KERNELRELEASE|ifn?def\s+KERNELRELEASE)/m;

/**
 * Returns the path of the makefile that a command of MAKE reads, if the command cannot work because DKMS adds
 * KERNELRELEASE to it: make then takes the branch for kbuild, which has no rule. Returns undefined for any other
 * command. `read` returns the text of a file of the source.
 */
export function kbuildBranchOf(
  make: string,
  read: (path: string) => string | undefined,
): string | undefined {
  const [command = ''] = make.split(/;|&&|\|\|/);
  if (!/^make(?:\s|$)/.test(command)) return undefined;
  if (/(?<![\w-])(?:M|SUBDIRS|KERNELRELEASE)=/.test(command)) return undefined;
  const folder = /\s-C\s*(\S+)/.exec(command)?.[1] ?? '.';
  if (folder.startsWith('/')) return undefined;
  const file = /\s-f\s*(\S+)/.exec(command)?.[1];
  const names = file === undefined ? MAKE_NAMES : [file];
  const paths = names.map((name) => normalize(join(folder, name)));
  const found = paths.find((path) => read(path) !== undefined);
  return found !== undefined && takesKbuildBranch(read(found) ?? '') ? found : undefined;
}

/** Whether a makefile has no rule in its branch for a set KERNELRELEASE, but has one in the other branch. */
function takesKbuildBranch(text: string): boolean {
  const at = ASKS_KERNELRELEASE.exec(text);
  if (at === null) return false;
  const lines = text.slice(at.index).split('\n');
  const [condition = '', ...rest] = lines;
  const setBranchFirst = /ifneq|ifdef/.test(condition);
  let depth = 1;
  let first = true;
  const branches = { set: '', unset: '' };
  let after = '';
  for (const line of rest) {
    if (depth === 0) {
      after += `${line}\n`;
      continue;
    }
    if (/^\s*if(?:n?eq|n?def)\b/.test(line)) depth++;
    if (/^\s*endif\b/.test(line) && --depth === 0) continue;
    if (depth === 1 && /^\s*else\b/.test(line)) {
      first = false;
      continue;
    }
    branches[first === setBranchFirst ? 'set' : 'unset'] += `${line}\n`;
  }
  const rule = /^[\w$({][\w${}()./ -]*:(?!=)/m;
  const before = text.slice(0, at.index);
  return (
    !rule.test(before) && !rule.test(branches.set) && !rule.test(after) && rule.test(branches.unset)
  );
}
