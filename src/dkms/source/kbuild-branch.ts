import { join, normalize } from 'node:path/posix';

/** A makefile that is one for kbuild where KERNELRELEASE is set, and calls kbuild where it is not. */
const ASKS_KERNELRELEASE =
  /^[ \t]*(?:ifn?eq\s*\(\s*(?:\$[({]KERNELRELEASE[)}]\s*,|,\s*\$[({]KERNELRELEASE)|ifn?eq\s+["']\$[({]KERNELRELEASE|ifn?def\s+KERNELRELEASE)/m;

/**
 * The makefile that a MAKE calls, where the KERNELRELEASE that DKMS puts behind `make` sends it the wrong way:
 * into the branch that kbuild is to read, which has no rule. `read` gives the text of a file of the source.
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
  const names = file === undefined ? ['GNUmakefile', 'makefile', 'Makefile'] : [file];
  const paths = names.map((name) => normalize(join(folder, name)));
  const found = paths.find((path) => read(path) !== undefined);
  return found !== undefined && takesKbuildBranch(read(found) ?? '') ? found : undefined;
}

/** Does the part that is read with KERNELRELEASE set have no rule, while the other has one? */
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
