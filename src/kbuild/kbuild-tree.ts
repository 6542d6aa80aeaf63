import { KBUILD_NAMES, MAKE_NAMES } from '../dkms/source/makefile-name.ts';
import type { Generators } from './generators.ts';
import {
  type BuildCommand,
  type MakeCall,
  readCommands,
  type UnderstoodCommand,
} from './make-command.ts';
import { reached } from './make-rules.ts';
import type { MakePlace, PlacedWord } from './make-variables.ts';
import { inSource } from './make-wildcard.ts';
import { isKnown, SOME } from './markers.ts';
import { goalsOf } from './objects.ts';
import { type Makefile, readMakefile } from './read-makefile.ts';
import type { SourceFiles } from './source-files.ts';

/** A directory that kbuild builds, and its makefile as kbuild reads it. */
export interface KbuildDirectory {
  readonly directory: string;
  /** The path of the makefile in the directory. */
  readonly path: string;
  readonly makefile: Makefile;
  /** The directories in the source tree that -I and -isystem options name. */
  readonly search: readonly string[];
  /** Whether an -I or -isystem option names a directory that is unknown or outside of the source tree. */
  readonly leadsOut: boolean;
  readonly unsure: boolean;
}

interface FollowedCall extends MakeCall {
  readonly place?: MakePlace;
  readonly unsure?: boolean;
}

const MOST_DIRECTORIES = 2000;
/**
 * The time limit for reading all makefiles, in milliseconds. After it, no further directory is entered. Hostile
 * makefiles could take forever. The largest known driver takes two seconds.
 */
const MOST_MILLISECONDS = 20_000;
/** Matches variables with options that kbuild passes to the compiler (scripts/Makefile.lib). */
const KBUILDS =
  /^(?:subdir-)?(?:cc|as)flags-[ym]$|^EXTRA_CFLAGS$|^CFLAGS_.*\.o$|^NOSTDINC_FLAGS$|^LINUXINCLUDE$/;
const FLAGS =
  /(?:^|[-_])(?:ccflags|asflags|CFLAGS|CPPFLAGS|cflags|INCLUDES?|INC|INCS|INCLUDE_DIRS?|FLAGS|includes?)\b|flags|FLAGS/;

/**
 * The directories that kbuild builds for the MAKE command of a driver, each before its subdirectories. Directories
 * beyond MOST_DIRECTORIES, or after MOST_MILLISECONDS, are left out.
 */
export class KbuildTree {
  readonly directories: KbuildDirectory[] = [];
  /** The commands in the recipes of makefiles that make itself reads, except calls of make. */
  readonly programs: string[] = [];
  readonly missingMakefiles: { path: string; place: MakePlace | undefined; unsure: boolean }[] = [];
  readonly #files: SourceFiles;
  readonly #generators: Generators;
  readonly #build: BuildCommand;
  readonly #calls = new Set<string>();
  /** The time of performance.now() at which reading stops. */
  readonly #end: number;

  constructor(
    files: SourceFiles,
    generators: Generators,
    build: BuildCommand,
    command: UnderstoodCommand,
    mostMilliseconds: number = MOST_MILLISECONDS,
  ) {
    this.#end = performance.now() + mostMilliseconds;
    this.#files = files;
    this.#generators = generators;
    this.#build = build;
    const found = [...command.kbuild];
    for (const call of command.calls) found.push(...this.#follow(call, 0));
    for (const { directory, given } of found) {
      this.#enter(directory, directory, given, undefined, false, []);
    }
    for (const { location } of build.modules) {
      const directory = location.replace(/\/+$/, '');
      const text = files.text(this.#makefileOf(directory) ?? '') ?? '';
      if (/^[ \t]*obj-/m.test(text))
        this.#enter(directory, directory, new Map(), undefined, true, []);
    }
    const nothing = this.directories.length === 0 && this.missingMakefiles.length === 0;
    if (nothing && command.calls.length === 0) {
      this.#enter('', '', new Map(), undefined, !command.whole, []);
    }
  }

  /** Returns the files of the source tree that the options -include and -imacros of the compiler name. */
  forcedIncludes(makefile: Makefile, directory: string) {
    const names = [...makefile.variables.names()].filter((name) => FLAGS.test(name));
    return names.flatMap((name) => {
      const words = makefile.variables.words(name);
      return words.flatMap((word, i) => {
        const [option] = [words[i - 1]];
        if (!/^-(?:include|imacros)$/.test(option?.text ?? '') || !isKnown(word.text)) return [];
        const path = word.text.startsWith('/@/') ? inSource(word.text, directory) : undefined;
        const doubt = word.unsure || !KBUILDS.test(name);
        return path === undefined ? [] : [{ path, place: word.place, unsure: doubt }];
      });
    });
  }

  /**
   * Follows a call of make in the source tree. Returns the directories for which the makefile runs kbuild, itself or
   * through other makefiles. Returns [] if the makefile does not exist, was already followed, or is called too deeply.
   */
  #follow(call: FollowedCall, depth: number): { directory: string; given: MakeCall['given'] }[] {
    const key = `${call.directory} ${call.file} ${[...call.given].join(' ')}`;
    if (depth > 5 || this.#calls.has(key) || this.#calls.size > 50) return [];
    this.#calls.add(key);
    const path = this.#fileOfCall(call);
    if (path === undefined) {
      const wanted = call.file ?? 'Makefile';
      const missing = inSource(wanted, call.directory) ?? wanted;
      const made = this.#generators.writes || this.#files.hasFile(`${missing}.in`);
      if (isKnown(missing) && !made) {
        this.missingMakefiles.push({
          path: missing,
          place: call.place,
          unsure: call.unsure === true,
        });
      }
      return [];
    }
    const makefile = readMakefile(this.#files, path, { kbuild: false, given: call.given });
    const { rules, unsure } = reached(makefile.rules, call.goals);
    this.#generators.addMakefile(makefile, rules);
    const found: { directory: string; given: MakeCall['given'] }[] = [];
    for (const { recipe, place } of rules) {
      for (const line of recipe) {
        // make hands its variables on to the makes that it calls.
        const { kbuild, calls, others } = readCommands(line, call.directory, call.given);
        found.push(...kbuild);
        this.programs.push(...others);
        for (const inner of calls) {
          const doubt = unsure || call.unsure === true;
          found.push(...this.#follow({ ...inner, place, unsure: doubt }, depth + 1));
        }
      }
    }
    if (found.length > 0) return found;
    // The makefile does not show for which directory it calls kbuild: usually its own.
    return [{ directory: call.directory, given: call.given }];
  }

  #fileOfCall({ directory, file }: MakeCall): string | undefined {
    const names = file === undefined ? MAKE_NAMES : [file];
    return names
      .map((name) => inSource(name, directory) ?? '')
      .find((path) => this.#files.hasFile(path));
  }

  /**
   * Returns the path of the makefile that kbuild reads in a directory. If there is a Kbuild, kbuild ignores the
   * Makefile (scripts/Kbuild.include, kbuild-file).
   */
  #makefileOf(directory: string): string | undefined {
    const base = directory === '' ? '' : `${directory}/`;
    return KBUILD_NAMES.map((name) => base + name).find((path) => this.#files.hasFile(path));
  }

  #enter(
    directory: string,
    top: string,
    given: MakeCall['given'],
    place: MakePlace | undefined,
    unsure: boolean,
    inherited: readonly PlacedWord[],
  ): void {
    const known = this.directories.some((one) => one.directory === directory);
    if (known) return;
    if (performance.now() > this.#end || this.directories.length >= MOST_DIRECTORIES) {
      // The rules of a makefile that is not read may generate files.
      this.#generators.writes = true;
      return;
    }
    const path = this.#makefileOf(directory);
    if (path === undefined) {
      const missing = directory === '' ? 'Makefile' : `${directory}/Makefile`;
      if (this.#files.kindOf(directory) === 'outside') return;
      if (
        directory === '' ? this.#files.hasFile('Makefile.in') : this.#generators.mayMake([missing])
      )
        return;
      // If a command may write unknown files, it may also generate the makefile. The missing makefile is then reported
      // only if kbuild certainly enters the directory, and the directory is below the top of the source.
      if (this.#generators.writes && (unsure || directory === '')) return;
      this.missingMakefiles.push({ path: missing, place, unsure });
      return;
    }
    const all = new Map([...given, ['KERNELRELEASE', SOME] as const]);
    const makefile = readMakefile(this.#files, path, { kbuild: true, top, given: all });
    this.#generators.addMakefile(makefile, undefined);
    const { variables } = makefile;
    const flags = [...variables.names()].filter((name) => FLAGS.test(name));
    const words = [...inherited, ...flags.flatMap((name) => variables.words(name))];
    const { search, leadsOut } = searchPath(words, directory, top, this.#files);
    this.directories.push({ directory, path, makefile, search, leadsOut, unsure });
    const wanted = new Set(this.#build.modules.map(({ name }) => name));
    const below = [...variables.words('subdir-ccflags-y'), ...variables.words('subdir-ccflags-m')];
    for (const goal of goalsOf(makefile, directory, wanted).directories) {
      const next = [...inherited, ...below];
      this.#enter(goal.path, top, given, goal.place, unsure || goal.unsure, next);
    }
  }
}

/**
 * Returns the directories of the source tree that -I and -isystem options name. If only the end of a path is known, the
 * end is taken as a path from the top of the tree.
 */
function searchPath(
  words: readonly PlacedWord[],
  directory: string,
  top: string,
  files: SourceFiles,
): Pick<KbuildDirectory, 'search' | 'leadsOut'> {
  const search: string[] = [];
  let leadsOut = false;
  for (const [i, { text }] of words.entries()) {
    const before = words[i - 1]?.text;
    const name =
      /^-I(.+)$/.exec(text)?.[1] ?? (before === '-I' || before === '-isystem' ? text : '');
    if (name === '') continue;
    const candidates = isKnown(name)
      ? [inSource(name, directory), inSource(name, top), inSource(name, '')]
      : [inSource(name.slice(name.search(/[^\ue000-\ue002/][^\ue000-\ue002]*$/)), '')];
    const found = candidates.filter(
      (path): path is string => path !== undefined && files.kindOf(path) === 'directory',
    );
    search.push(...found);
    const own = isKnown(name) && name.startsWith('/@');
    if (found.length === 0 && !own) leadsOut = true;
  }
  return { search: [...new Set(search)], leadsOut };
}
