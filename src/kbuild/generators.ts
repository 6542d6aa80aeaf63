import { MAKEFILE } from '../dkms/source/makefile-name.ts';
import { fits } from './make-functions.ts';
import { reachedByKbuild } from './make-rules.ts';
import type { Makefile, MakeRule } from './read-makefile.ts';
import type { SourceFiles } from './source-files.ts';

/** Matches commands that can write files whose names are not in the command, such as tar. */
const WRITES =
  /(?:^|[\s;&|(@])(?:cp|mv|ln|tar|unzip|patch|git|svn|curl|wget|rsync|install|cmake|autoreconf|m4)\s|(?:^|[\s;&|(@])(?:sh|bash|python\d*|perl|awk)\s|(?:^|[\s;&|(@"'])[\w./$@{}()-]*\/[\w.-]*(?:configure|autogen|\.sh|\.py|\.pl|\.awk)\b|(?:^|\s)\.\/|>\s*(?!\/dev\/|&)\S/;

/**
 * Collects the names of files that the build may generate: the targets of rules, and all names in recipes, in commands,
 * and in the scripts that these commands call.
 */
export class Generators {
  readonly #files: SourceFiles;
  readonly #rules: MakeRule[] = [];
  readonly #texts: string[] = [];
  readonly #seen = new Set<string>();
  /** Whether there is a command that may write files whose names are unknown. */
  writes = false;

  constructor(files: SourceFiles) {
    this.#files = files;
    for (const path of files.paths()) {
      // The patches of dkms.conf may also add files.
      if (/^patches\/.*\S$/.test(path)) this.#texts.push(this.#added(path));
    }
  }

  #added(path: string): string {
    const text = this.#files.text(path) ?? '';
    return (text.match(/^\+\+\+ .*$/gm) ?? []).join('\n');
  }

  /**
   * Adds the rules of a makefile. If make itself reads the makefile, `reached` are the rules that make executes. If
   * kbuild reads the makefile, `reached` is undefined: kbuild requests files by name (reachedByKbuild).
   */
  addMakefile({ rules, commands }: Makefile, reached: readonly MakeRule[] | undefined): void {
    this.#rules.push(...rules);
    for (const { recipe } of reached ?? reachedByKbuild(rules)) {
      for (const line of recipe) this.addCommand(line, reached === undefined);
    }
    for (const command of commands) this.addCommand(command, false);
  }

  /**
   * Adds a command that is run before kbuild or by kbuild, and the scripts of the source that the command names.
   * `asked` is true if kbuild runs the command to make a file that it requests by name.
   */
  addCommand(command: string, asked: boolean): void {
    this.#texts.push(command);
    if (!asked && WRITES.test(command.replaceAll(/\d?>\s*(?:&\d|\/dev\/null)/g, '')))
      this.writes = true;
    for (const word of command.split(/[\s"'()`;|&<>=]+/)) {
      const name = word.replace(/^.*[\ue000-\ue002@]\/?/, '').replace(/^(?:\.\/)+/, '');
      if (!/[\w-]/.test(name) || this.#seen.has(name) || this.#seen.size > 5000) continue;
      this.#seen.add(name);
      for (const path of this.#files.endingWith(name).slice(0, 3)) {
        if (/\.(?:c|h|o|ko|S)$/.test(path) || MAKEFILE.test(path)) continue;
        this.#texts.push(this.#files.text(path) ?? '');
      }
    }
  }

  /** Whether the build may generate one of these paths. Only the file names are compared, not the folders. */
  mayMake(paths: readonly string[]): boolean {
    return paths.some((path) => {
      const name = path.split('/').at(-1) ?? '';
      if (this.#files.endingWith(`${name}.in`).length > 0) return true;
      if (this.#rules.some(({ targets }) => targets.some((target) => makes(target, name))))
        return true;
      return this.#texts.some((text) => hasWord(text, name));
    });
  }
}

function makes(target: string, name: string): boolean {
  const last = target.split('/').at(-1) ?? '';
  if (last === '%') return false;
  return last.includes('%') ? fits(last, name) : last === name;
}

function hasWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + name.length] ?? ' ';
    if (!/[\w-]/.test(before) && !/\w/.test(after)) return true;
  }
  return false;
}
