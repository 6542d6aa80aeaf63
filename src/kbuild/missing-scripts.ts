import { type BuildCommand, placeOf, shellCommands } from './make-command.ts';
import type { SourceFiles } from './source-files.ts';

/** A script that dkms.conf runs, but that the source tree does not have. */
export interface MissingScript {
  readonly directive: 'MAKE' | 'PRE_BUILD';
  readonly path: string;
  /** Whether the build certainly fails without the script. */
  readonly certain: boolean;
}

const INTERPRETERS = /^(?:sh|bash|dash|python[\d.]*|perl|source|\.)$/;
/** Matches commands that hardly ever create a script. */
const HARMLESS = /^(?:cd|echo|printf|true|test|\[|:|export|set|rm|umask)$/;

/**
 * Returns the scripts that MAKE and PRE_BUILD run but that do not exist, such as `./configure` in a clone. Of MAKE,
 * only the first command that is not HARMLESS is checked, because it may create scripts for the other commands. If
 * PRE_BUILD runs, MAKE is not checked, for the same reason.
 */
export function missingScripts(build: BuildCommand, files: SourceFiles): MissingScript[] {
  const found: MissingScript[] = [];
  const hook = build.preBuild?.trim().split(/\s+/)[0] ?? '';
  if (hook !== '') {
    const path = placeOf(hook, '');
    // For DKMS, the first word of PRE_BUILD is a file of the source. The only other script that DKMS runs is one of the
    // administrator in /etc/dkms (dkms.in, run_build_script).
    if (path !== undefined && !files.hasFile(path)) {
      found.push({ directive: 'PRE_BUILD', path, certain: false });
    } else return [];
  }
  let here: string | undefined = '';
  for (const words of shellCommands(build)) {
    const [program = '', ...rest] = words;
    if (program === 'cd') here = placeOf(rest[0] ?? '', here);
    if (HARMLESS.test(program)) continue;
    const word = INTERPRETERS.test(program) ? scriptIn(program, rest) : program;
    // A command without a slash is not a file of the source, because the shell searches it in PATH. The argument of an
    // interpreter may be such a file.
    const named = word.includes('/') || (word !== program && /^[\w.-]+\.\w+$/.test(word));
    const path = named ? placeOf(word, here) : undefined;
    if (path !== undefined && files.kindOf(path) === 'missing' && !brought(files, path)) {
      found.push({ directive: 'MAKE', path, certain: true });
    }
    break;
  }
  return found;
}

/**
 * Returns the script that an interpreter runs. Returns '' if the command line itself contains the program (`sh -c`).
 */
function scriptIn(program: string, words: readonly string[]): string {
  const inline = program === 'perl' ? /^-\w*[eE]/ : /^-\w*[cm]/;
  if (words.some((word) => inline.test(word))) return '';
  return words.find((word) => !word.startsWith('-')) ?? '';
}

/** Whether a patch of dkms.conf may add the file. */
function brought(files: SourceFiles, path: string): boolean {
  const name = path.split('/').at(-1) ?? '';
  const patches = [...files.paths()].filter((one) => /^patches\/./.test(one));
  return patches.some((patch) =>
    (files.text(patch) ?? '')
      .split('\n')
      .some((line) => line.startsWith('+++ ') && line.includes(name)),
  );
}
