import { isKnown, SOME } from './markers.ts';
import { ROOT } from './read-makefile.ts';
import { normalize } from './source-files.ts';

/** How DKMS builds a driver: what of its dkms.conf the reading of makefiles wants. */
export interface BuildCommand {
  readonly name: string;
  readonly version: string;
  /** MAKE; undefined: DKMS's own `make -C KERNEL M=BUILD`. */
  readonly make: string | undefined;
  readonly preBuild: string | undefined;
  /** The modules, with the directories that they are built in. */
  readonly modules: readonly { readonly name: string; readonly location: string }[];
}

/** A make that runs in a directory of the source. */
export interface MakeCall {
  readonly directory: string;
  /** -f; undefined: the makefile that make finds. */
  readonly file: string | undefined;
  readonly given: ReadonlyMap<string, string>;
  readonly goals: readonly string[];
}

/** What a command line does, as far as it is a matter of make. */
export interface UnderstoodCommand {
  /** Directories that the kernel's make is given with M=. */
  readonly kbuild: readonly { readonly directory: string; readonly given: MakeCall['given'] }[];
  readonly calls: readonly MakeCall[];
  /** Programs and scripts beside make: what they do is not known. */
  readonly others: readonly string[];
  /** Whether every part of it was understood. */
  readonly whole: boolean;
}

const COMMANDS = /&&|\|\||[;|\n&]/;

/** Reads MAKE; `directory`: where it runs. A shell would do more than this reads: then it is not `whole`. */
export function readMakeCommand(build: BuildCommand): UnderstoodCommand {
  if (build.make === undefined) {
    return { kbuild: [{ directory: '', given: new Map() }], calls: [], others: [], whole: true };
  }
  const text = inRoot(build.make.trim(), build);
  // As DKMS puts it in (dkms.in, do_build).
  const dkms = /^make\b/.test(text) ? [['KERNELRELEASE', SOME] as const] : [];
  return readCommands(text, '', new Map(dkms));
}

/** The commands of MAKE one after the other, without what they set in their environment. */
export function shellCommands(build: BuildCommand): string[][] {
  const commands = inRoot(build.make?.trim() ?? '', build).split(COMMANDS);
  return commands.flatMap((command) => {
    const words = wordsOfShell(command.replace(/^[\s({]+/, ''));
    while (/^(?:\w+=.*|env|exec|time|nice|!)$/.test(words[0] ?? '')) words.shift();
    return words.length > 0 ? [words] : [];
  });
}

/** Commands of a shell, one after the other, from a directory of the source. */
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
    else if (/(?:^|\/)g?make$/.test(name) || name === SOME) {
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

/** A directory of the source; undefined for one that is not in it, or not known. */
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

/** The names that DKMS, bash and make have for the place of the source. */
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
