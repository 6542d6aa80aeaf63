import { isGlob } from '../system/files/glob.ts';
import { Conditions } from './make-conditions.ts';
import { type MakeLine, makeLines } from './make-lines.ts';
import { type Flavour, type MakePlace, MakeVariables } from './make-variables.ts';
import { inSource, ROOT, wildcards } from './make-wildcard.ts';
import { isKnown, SOME, UNSURE, wordsOf } from './markers.ts';
import { normalize, type SourceFiles } from './source-files.ts';

/** A rule of a makefile. */
export interface MakeRule {
  readonly targets: readonly string[];
  readonly prerequisites: readonly string[];
  readonly place: MakePlace;
  /** The lines of the recipe, with expanded variables. */
  readonly recipe: string[];
}

/** A file that an `include` line names, but that does not exist. */
export interface MissingInclude {
  readonly path: string;
  readonly place: MakePlace;
  readonly unsure: boolean;
}

/** The contents of a makefile and of all files that it includes, as make reads them. No command was run. */
export interface Makefile {
  readonly variables: MakeVariables;
  readonly rules: readonly MakeRule[];
  readonly missing: readonly MissingInclude[];
  /** The commands in `$(shell …)`. */
  readonly commands: readonly string[];
}

const DIRECTIVE = /^\s*(?:override\s+|export\s+|private\s+)*/;
const ASSIGNMENT = /^((?:\$[({][^)}]*[)}]|[^\s:#=+?!$(){}]|\$\w)+)\s*(::?:?=|\+=|\?=|=)\s*(.*)$/s;
const MOST_FILES = 200;
const MOST_LEVELS = 20;

/**
 * Reads the makefile `path` of the source tree as kbuild does. If `kbuild` is false, reads it as make does in the
 * directory of the makefile. `given` are the variables on the command line of make.
 */
export function readMakefile(
  files: SourceFiles,
  path: string,
  view: {
    readonly kbuild: boolean;
    /** The directory for which kbuild is called (M=). By default the directory of the makefile. */
    readonly top?: string;
    readonly given?: ReadonlyMap<string, string>;
  },
): Makefile {
  const directory = path.includes('/') ? path.replace(/\/[^/]*$/, '') : '';
  const here = rooted(directory);
  const commands: string[] = [];
  const { kbuild, top = directory } = view;
  const own: [string, string][] = kbuild
    ? [
        ...['src', 'obj', 'srcdir'].map((name): [string, string] => [name, here]),
        ...['M', 'KBUILD_EXTMOD'].map((name): [string, string] => [name, rooted(top)]),
      ]
    : [...['CURDIR', 'PWD'].map((name): [string, string] => [name, here]), ['KERNELRELEASE', '']];
  const given = new Map([...own, ...(view.given ?? [])]);
  const variables = new MakeVariables(given, {
    wildcard: wildcards(files, directory),
    ran: (command) => commands.push(command),
  });
  const reader = new Reader(files, variables, directory);
  reader.read(path);
  return { variables, rules: reader.rules, missing: reader.missing, commands };
}

function rooted(directory: string): string {
  return directory === '' ? ROOT : `${ROOT}/${directory}`;
}

class Reader {
  readonly rules: MakeRule[] = [];
  readonly missing: MissingInclude[] = [];
  readonly #files: SourceFiles;
  readonly #variables: MakeVariables;
  readonly #directory: string;
  readonly #conditions: Conditions;
  #read = 0;
  #level = 0;

  constructor(files: SourceFiles, variables: MakeVariables, directory: string) {
    this.#files = files;
    this.#variables = variables;
    this.#directory = directory;
    this.#conditions = new Conditions(variables);
  }

  read(path: string): void {
    const text = this.#files.text(path);
    if (text === undefined || ++this.#read > MOST_FILES || this.#level > MOST_LEVELS) return;
    this.#level++;
    const lines = makeLines(text);
    let rule: MakeRule | undefined;
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] as MakeLine;
      if (line.tab && rule !== undefined) {
        if (this.#conditions.state !== 'skipped')
          rule.recipe.push(...this.#recipe(line.text, rule));
        continue;
      }
      if (this.#conditions.take(line.text) || this.#conditions.state === 'skipped') continue;
      const define = /^\s*(?:override\s+|export\s+)*define\s+(\S+)/.exec(line.text);
      if (define !== null) {
        i = this.#define(lines, i, define[1] ?? '', path);
        continue;
      }
      rule = this.#statement(line, path);
    }
    this.#level--;
  }

  /**
   * Expands the variables in a line of a recipe. A line with `$@` is returned once for each target. If the rule has
   * more than 50 targets, the line is returned only for the first target.
   */
  #recipe(text: string, { targets }: MakeRule): string[] {
    const each = text.includes('$@') && targets.length <= 50 ? targets : [targets[0] ?? ''];
    return each.map((target) => this.#variables.expand(text, new Map([['@', target]])));
  }

  /**
   * Reads a line outside of recipes: an include, an assignment, or the first line of a rule. Returns the rule if the
   * line begins one, otherwise undefined.
   */
  #statement(line: MakeLine, path: string): MakeRule | undefined {
    const text = line.text.replace(DIRECTIVE, '');
    const place = { file: path, line: line.number };
    const include = /^(-include|sinclude|include)\s+(.*)$/s.exec(text);
    if (include !== null) {
      this.#include(include[2] ?? '', place, include[1] === 'include');
      return undefined;
    }
    const assignment = ASSIGNMENT.exec(text);
    if (assignment !== null) {
      this.#assign(assignment, place);
      return undefined;
    }
    if (/^(?:unexport|undefine|vpath)\b/.test(text)) return undefined;
    const expanded = this.#expand(text);
    const [targets = '', ...others] = expanded.split(/::?(?![=])/);
    if (others.length === 0) return undefined;
    const [prerequisites = '', recipe] = others.join(':').split(/;(.*)/s);
    const rule: MakeRule = {
      place,
      targets: wordsOf(targets.replaceAll(UNSURE, '')),
      prerequisites: wordsOf(prerequisites.replaceAll(UNSURE, '')),
      recipe: recipe === undefined ? [] : [recipe],
    };
    if (this.rules.length < 20_000) this.rules.push(rule);
    return rule;
  }

  #assign([, left = '', operator = '', right = '']: RegExpExecArray, place: MakePlace): void {
    const expanded = this.#expand(left).trim();
    const isUnsure = this.#conditions.state === 'unsure';
    const flavour = (/^:/.test(operator) ? ':=' : operator) as Flavour;
    if (isKnown(expanded)) {
      this.#variables.assign(expanded, flavour, right, place, isUnsure);
      return;
    }
    // It depends on the configuration of the kernel whether obj-$(CONFIG_X) and foo-$(CONFIG_X) are used. Their values
    // are stored as `obj-?` and `foo-?`.
    const stem = /^([^\ue000-\ue002]+-)[\ue000-\ue002]/.exec(expanded)?.[1];
    if (stem !== undefined) this.#variables.assign(`${stem}?`, '+=', right, place, true);
  }

  #define(lines: readonly MakeLine[], start: number, name: string, file: string): number {
    const body: string[] = [];
    let i = start + 1;
    while (i < lines.length && !/^\s*endef\b/.test(lines[i]?.text ?? '')) {
      body.push(lines[i]?.text ?? '');
      i++;
    }
    const place = { file, line: lines[start]?.number ?? 1 };
    this.#variables.assign(name, '=', body.join('\n'), place, this.#conditions.state === 'unsure');
    return i;
  }

  #include(names: string, place: MakePlace, needed: boolean): void {
    for (const word of wordsOf(this.#expand(names))) {
      const name = word.replaceAll(UNSURE, '');
      const unsure = word.includes(UNSURE) || this.#conditions.state === 'unsure';
      const found = this.#find(name);
      if (found !== undefined) this.read(found);
      else if (needed && isKnown(name) && !isGlob(name)) {
        const path = inSource(name, this.#directory);
        // kbuild runs in the directory of the kernel, so a relative path may lead to a file of the kernel.
        const bare = !name.startsWith(`${ROOT}/`);
        if (path !== undefined) this.missing.push({ path, place, unsure: unsure || bare });
      }
    }
  }

  /**
   * Returns the path of an included file. If only the end of its path is known, returns the file whose path ends so, if
   * there is exactly one.
   */
  #find(name: string): string | undefined {
    if (isKnown(name)) {
      const path = inSource(name, this.#directory);
      if (path !== undefined && this.#files.kindOf(path) === 'file') return path;
      const top = normalize(name);
      return this.#files.kindOf(top) === 'file' ? top : undefined;
    }
    const end = name.slice(name.lastIndexOf(SOME) + 1).replace(/^\//, '');
    if (!isKnown(end) || end === '') return undefined;
    const found = this.#files.endingWith(end);
    return found.length === 1 ? found[0] : undefined;
  }

  #expand(text: string): string {
    return this.#variables.expand(text);
  }
}
