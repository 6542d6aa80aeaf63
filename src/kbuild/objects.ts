import type { Generators } from './generators.ts';
import type { MakePlace, PlacedWord } from './make-variables.ts';
import { inSource } from './make-wildcard.ts';
import { isKnown } from './markers.ts';
import type { Makefile } from './read-makefile.ts';
import type { SourceFiles } from './source-files.ts';

/**
 * The extensions of files from which kbuild makes objects (scripts/Makefile.build, Makefile.lib), or for which drivers
 * have their own rules.
 */
const KINDS =
  '.c .S .s .rs .o_shipped .o .c_shipped .S_shipped .asn1 .cc .cpp .cxx .l .y .lex.l .dts .dtso .ll .i .bc .cu .m'.split(
    ' ',
  );

/** An object that a makefile names. */
export interface NamedObject {
  /** The path of the object in the source tree, without .o. */
  readonly stem: string;
  readonly place: MakePlace;
  readonly unsure: boolean;
}

/** The objects that kbuild makes for one makefile, and the directories that it enters. */
export interface DirectoryGoals {
  readonly objects: readonly NamedObject[];
  readonly directories: readonly {
    readonly path: string;
    readonly place: MakePlace;
    readonly unsure: boolean;
  }[];
}

/**
 * Returns the objects and directories in obj-, lib- and subdir- variables. An object that has parts (`foo-y`) is
 * replaced by its parts (Documentation/kbuild/makefiles.rst, 3.2 to 3.5). Names that are partly unknown are left out.
 * `wanted` are the modules of dkms.conf, which are certainly built.
 */
export function goalsOf(
  makefile: Makefile,
  directory: string,
  wanted: ReadonlySet<string>,
): DirectoryGoals {
  const { variables } = makefile;
  const goals = ['obj-m', 'obj-y', 'obj-?', 'lib-y', 'lib-m'].flatMap((name) =>
    variables.words(name),
  );
  const objects: NamedObject[] = [];
  const directories: DirectoryGoals['directories'][number][] = [];
  for (const word of known(goals)) {
    if (word.text.endsWith('/')) {
      const path = inSource(word.text, directory);
      if (path !== undefined) directories.push({ path, place: word.place, unsure: word.unsure });
      continue;
    }
    const name = /^(.*)\.o$/.exec(word.text)?.[1];
    if (name === undefined) continue;
    const unsure = word.unsure && !wanted.has(name);
    const parts = ['y', 'objs', 'm', '?'].flatMap((end) => variables.words(`${name}-${end}`));
    if (parts.length === 0) objects.push(...named([{ ...word, unsure }], directory));
    else {
      const members = known(parts).map((part) => ({ ...part, unsure: part.unsure || unsure }));
      objects.push(...named(members, directory));
    }
  }
  for (const word of known(['subdir-y', 'subdir-m'].flatMap((name) => variables.words(name)))) {
    const path = inSource(word.text, directory);
    if (path !== undefined) directories.push({ path, place: word.place, unsure: true });
  }
  return { objects, directories };
}

function known(words: readonly PlacedWord[]): PlacedWord[] {
  return words.filter(({ text }) => isKnown(text));
}

function named(words: readonly PlacedWord[], directory: string): NamedObject[] {
  return words.flatMap(({ text, place, unsure }) => {
    const stem = /\.o$/.test(text) ? inSource(text.slice(0, -2), directory) : undefined;
    return stem === undefined ? [] : [{ stem, place, unsure }];
  });
}

/**
 * Returns `{path}` with the source file of an object. Returns `{path: undefined}` if the build may make the object in
 * another way. Returns undefined if nothing can make it.
 */
export function sourceOf(
  { stem }: NamedObject,
  files: SourceFiles,
  generators: Generators,
): { readonly path: string | undefined } | undefined {
  for (const end of KINDS) {
    const path = stem + end;
    if (files.hasFile(path)) return { path };
  }
  // An object may be made from a file with another extension: foo.asn1.o from foo.asn1, foo.dtb.o from foo.dts,
  // foo.tab.o from foo.y.
  const before = stem.replace(/\.[^./]+$/, '');
  if (files.hasFile(stem)) return { path: undefined };
  if (before !== stem && ['', ...KINDS].some((end) => files.hasFile(before + end))) {
    return { path: undefined };
  }
  return generators.mayMake([`${stem}.o`, ...KINDS.map((end) => stem + end)])
    ? { path: undefined }
    : undefined;
}
