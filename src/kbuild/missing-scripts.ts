import { type BuildCommand, placeOf, shellCommands } from './make-command.ts';
import type { SourceFiles } from './source-files.ts';

/** A script of the source that dkms.conf has run, and that is not there. */
export interface MissingScript {
  readonly directive: 'MAKE' | 'PRE_BUILD';
  readonly path: string;
  /** DKMS cannot go on without it. */
  readonly certain: boolean;
}

const INTERPRETERS = /^(?:sh|bash|dash|python[\d.]*|perl|source|\.)$/;
/** What makes no script. */
const HARMLESS = /^(?:cd|echo|printf|true|test|\[|:|export|set|rm|umask)$/;

/**
 * The words of MAKE and PRE_BUILD that are a path of the source and lead to nothing, as `./configure` of a tree
 * out of version control. Behind another command a script is not looked for: that one may make it.
 */
export function missingScripts(build: BuildCommand, files: SourceFiles): MissingScript[] {
  const found: MissingScript[] = [];
  const hook = build.preBuild?.trim().split(/\s+/)[0] ?? '';
  if (hook !== '') {
    const path = placeOf(hook, '');
    // DKMS takes its first word for a file of the source and runs nothing else (dkms.in, run_build_script).
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
    // What has no slash is looked for in PATH.
    const named = word.includes('/') || (word !== program && /^[\w.-]+\.\w+$/.test(word));
    const path = named ? placeOf(word, here) : undefined;
    if (path !== undefined && files.kindOf(path) === 'missing' && !brought(files, path)) {
      found.push({ directive: 'MAKE', path, certain: true });
    }
    break;
  }
  return found;
}

/** The file that an interpreter is given; '' where its program stands in the command itself. */
function scriptIn(program: string, words: readonly string[]): string {
  const inline = program === 'perl' ? /^-\w*[eE]/ : /^-\w*[cm]/;
  if (words.some((word) => inline.test(word))) return '';
  return words.find((word) => !word.startsWith('-')) ?? '';
}

/** A patch of DKMS's may bring it. */
function brought(files: SourceFiles, path: string): boolean {
  const name = path.split('/').at(-1) ?? '';
  const patches = [...files.paths()].filter((one) => /^patches\/./.test(one));
  return patches.some((patch) =>
    (files.text(patch) ?? '')
      .split('\n')
      .some((line) => line.startsWith('+++ ') && line.includes(name)),
  );
}
