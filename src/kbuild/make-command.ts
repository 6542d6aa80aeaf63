import { ROOT } from './make-wildcard.ts';
import { isKnown, SOME } from './markers.ts';
import { normalize } from './source-files.ts';

/** The values of dkms.conf that determine how DKMS builds a driver. */
export interface BuildCommand {
  readonly name: string;
  readonly version: string;
  /** The value of MAKE. Undefined if DKMS uses its default, `make -C KERNEL M=BUILD`. */
  readonly make: string | undefined;
  readonly preBuild: string | undefined;
  /** The modules and the directories in which they are built. */
  readonly modules: readonly { readonly name: string; readonly location: string }[];
}

/** A call of make in a directory of the source tree. */
export interface MakeCall {
  readonly directory: string;
  /** The makefile that -f names. Undefined if make chooses it. */
  readonly file: string | undefined;
  /** The variables that are set on the command line of make, or before it (`X=1 make`). */
  readonly given: ReadonlyMap<string, string>;
  readonly goals: readonly string[];
}

/** The parts of a command line that concern make. */
export interface UnderstoodCommand {
  /** The directories for which kbuild is run (M=). */
  readonly kbuild: readonly { readonly directory: string; readonly given: MakeCall['given'] }[];
  readonly calls: readonly MakeCall[];
  /** The other programs and scripts in the command line. Their effects are unknown. */
  readonly others: readonly string[];
  /**
   * False if the command line contains a command substitution, or if the directory of a call of make is unknown.
   * Programs in `others` do not make it false.
   */
  readonly whole: boolean;
}

const COMMANDS = /&&|\|\||[;|\n&]/;

/**
 * Reads the value of MAKE, which DKMS runs in the top directory of the source. The result is not `whole` if MAKE
 * contains command substitutions or an unknown directory.
 */
export function readMakeCommand(build: BuildCommand): UnderstoodCommand {
  if (build.make === undefined) {
    return { kbuild: [{ directory: '', given: new Map() }], calls: [], others: [], whole: true };
  }
  const text = inRoot(build.make.trim(), build);
  // DKMS adds KERNELRELEASE to a command that begins with make (dkms.in, do_build).
  const dkms = /^make\b/.test(text) ? [['KERNELRELEASE', SOME] as const] : [];
  return readCommands(text, '', new Map(dkms));
}

/** Returns the words of each command in MAKE. Assignments and words such as `env` before a command are left out. */
export function shellCommands(build: BuildCommand): string[][] {
  const commands = inRoot(build.make?.trim() ?? '', build).split(COMMANDS);
  return commands.flatMap((command) => {
    const words = wordsOfShell(command.replace(/^[\s({]+/, ''));
    while (/^(?:\w+=.*|env|exec|time|nice|!)$/.test(words[0] ?? '')) words.shift();
    return words.length > 0 ? [words] : [];
  });
}

/**
 * Reads shell commands that are run one after the other. The first command is run in `directory`, a path in the source
 * tree. `given` are variables that every make gets.
 */
export function readCommands(
  text: string,
  directory: string,
  given: ReadonlyMap<string, string>,
): UnderstoodCommand {
  const kbuild: UnderstoodCommand['kbuild'][number][] = [];
  const calls: MakeCall[] = [];
  const others: string[] = [];
  let whole = true;
  let here: string | undefined = directory;
  for (const command of text.split(COMMANDS)) {
    const words = wordsOfShell(command);
    const environment: [string, string][] = [];
    while (/^\w+=/.test(words[0] ?? '')) environment.push(pairOf(words.shift() ?? ''));
    const [program = '', ...rest] = words;
    const name = program.replace(/^[@-]+/, '');
    if (name === '') continue;
    if (name === 'cd') here = placeOf(rest[0] ?? '', here);
    else if (/(?:^|\/)g?make$/.test(name)) {
      const call = readCall(rest, here);
      const all = new Map([...environment, ...given, ...call.given]);
      if (call.module !== undefined) {
        const place = placeOf(call.module, here);
        if (place === undefined) whole = false;
        else kbuild.push({ directory: place, given: all });
      } else if (call.directory === undefined) whole = false;
      else calls.push({ ...call, directory: call.directory, given: all });
    } else if (!/^(?:echo|true|test|\[|:|env|export)$/.test(name)) others.push(words.join(' '));
  }
  return { kbuild, calls, others, whole: whole && !/[`]|\$\(/.test(text) };
}

function readCall(words: readonly string[], here: string | undefined) {
  const given: [string, string][] = [];
  const goals: string[] = [];
  let directory = here;
  let file: string | undefined;
  let module: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const option = /^(?:-C|--directory)(?:=|$)(.*)$|^-C(.+)$/.exec(word);
    if (option !== null) {
      directory = placeOf(option[1] || option[2] || (words[++i] ?? ''), directory);
    } else if (/^(?:-f|--file|--makefile)$/.test(word)) file = words[++i];
    else if (/^(?:-[jlIo]|--jobs)$/.test(word)) {
      if (/^\d+$/.test(words[i + 1] ?? '')) i++;
    } else if (/^[\w.-]+:?=/.test(word)) {
      const [name, value] = pairOf(word);
      if (/^(?:M|SUBDIRS|KBUILD_EXTMOD)$/.test(name)) module = value;
      given.push([name, value]);
    } else if (!word.startsWith('-')) goals.push(word);
  }
  return { directory, file, module, given: new Map(given), goals };
}

/**
 * Returns a path in a command line as a path in the source tree. Returns undefined if the path is unknown or outside of
 * the tree. `here` is the current directory.
 */
export function placeOf(text: string, here: string | undefined): string | undefined {
  if (text === ROOT || text.startsWith(`${ROOT}/`)) {
    const path = normalize(text.slice(ROOT.length + 1));
    return isKnown(text) && !path.startsWith('..') ? path : undefined;
  }
  if (text.startsWith('/') || text === '' || !isKnown(text) || /[$`~]/.test(text)) return undefined;
  if (here === undefined) return undefined;
  const path = normalize(`${here}/${text}`);
  return path.startsWith('..') ? undefined : path;
}

/**
 * Replaces variables of DKMS, bash and make, and paths of DKMS, by marks. ROOT stands for the directory of the source.
 * SOME stands for the release, the directory or the architecture of the kernel.
 */
function inRoot(text: string, { name, version }: BuildCommand): string {
  const quoted = (one: string) => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const tree = String.raw`(?:\$\{?dkms_tree\}?|/var/lib/dkms)/[^\s/"']+/[^\s/"']+/(?:build|source)\b`;
  const source = String.raw`(?:\$\{?source_tree\}?|/usr/src)/(?:${quoted(`${name}-${version}`)}|[^\s/"']*\$[^\s/"']*)`;
  return text
    .replace(new RegExp(`${tree}|${source}`, 'g'), ROOT)
    .replace(/\$\(pwd\)|`pwd`|\$\{?PWD\}?/g, ROOT)
    .replace(/\$\{?(?:kernelver|kernel_source_dir|arch|KERNELRELEASE)\b\}?/g, SOME);
}

function pairOf(word: string): [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at).replace(/:$/, ''), word.slice(at + 1)];
}

function wordsOfShell(text: string): string[] {
  const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/["']/g, ''));
}
