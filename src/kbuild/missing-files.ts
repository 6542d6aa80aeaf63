import { Generators } from './generators.ts';
import { missingHeaders, type ScannedSource } from './included-headers.ts';
import { KbuildTree } from './kbuild-tree.ts';
import { type BuildCommand, readMakeCommand } from './make-command.ts';
import type { MakePlace } from './make-variables.ts';
import { missingScripts } from './missing-scripts.ts';
import { goalsOf, sourceOf } from './objects.ts';
import type { SourceFiles } from './source-files.ts';
import { unmadeModules } from './unmade-modules.ts';

/** A file that the build of a driver needs and that its source does not have. */
export interface MissingFile {
  readonly kind: 'makefile' | 'include' | 'source' | 'header' | 'script' | 'module';
  /** Of the source; of a header as the source names it; of modules that nothing makes the makefile. */
  readonly path: string;
  /** What names it; undefined for the makefile that kbuild itself looks for. */
  readonly place: MakePlace | undefined;
  /** Nothing that can be read says that the build could do without it, or makes it by itself. */
  readonly certain: boolean;
  /** It is a link that leads to this. */
  readonly danglingTarget: string | undefined;
  /** Of a script: what of dkms.conf runs it. */
  readonly directive?: 'MAKE' | 'PRE_BUILD';
  /** Of modules that nothing makes: their names, and other makefiles that name them. */
  readonly modules?: readonly string[];
  readonly others?: readonly string[];
}

/**
 * Reads the makefiles of a driver's source as kbuild reads them, without running anything and without the
 * headers of a kernel, and names what they need and the source does not have: makefiles, objects' sources,
 * what is included. What depends on a kernel's configuration, or may be made by a command, is not `certain`.
 */
export function missingFiles(files: SourceFiles, asked: BuildCommand): MissingFile[] {
  const scripts = missingScripts(asked, files);
  // DKMS goes on without a PRE_BUILD that is not there.
  const vain = scripts.some(({ directive }) => directive === 'PRE_BUILD');
  const build = vain ? { ...asked, preBuild: undefined } : asked;
  const command = readMakeCommand(build);
  const generators = new Generators(files);
  for (const each of [build.preBuild ?? '', ...command.others]) {
    if (each !== '') generators.addCommand(each, false);
  }
  const tree = new KbuildTree(files, generators, build, command);
  const missing: MissingFile[] = [];
  // What PRE_BUILD or another program than make does, nobody knows.
  const open = build.preBuild !== undefined || command.others.length > 0 || !command.whole;
  const add = (
    kind: MissingFile['kind'],
    path: string,
    place: MakePlace | undefined,
    sure: boolean,
  ) => {
    if (missing.some((one) => one.path === path)) return;
    const danglingTarget = files.danglingTarget(path);
    missing.push({ kind, path, place, certain: sure, danglingTarget });
  };
  const sources: ScannedSource[] = [];
  let outside = false;
  for (const { path, place, unsure } of tree.missingMakefiles) {
    add('makefile', path, place, !unsure && !open);
  }
  for (const { directory, makefile, search, leadsOut, unsure } of tree.directories) {
    outside ||= leadsOut;
    for (const one of makefile.missing) {
      if (generators.mayMake([one.path])) continue;
      add('include', one.path, one.place, !one.unsure && !unsure);
    }
    const wanted = new Set(build.modules.map(({ name }) => name));
    for (const object of goalsOf(makefile, directory, wanted).objects) {
      const source = sourceOf(object, files, generators);
      const doubtful = object.unsure || unsure;
      if (source === undefined) add('source', `${object.stem}.c`, object.place, !doubtful);
      else if (source.path !== undefined)
        sources.push({ path: source.path, search, unsure: doubtful });
    }
    for (const one of tree.forcedIncludes(makefile, directory)) {
      if (files.hasFile(one.path))
        sources.push({ path: one.path, search, unsure: one.unsure || unsure });
      else if (!generators.mayMake([one.path]))
        add('header', one.path, one.place, !one.unsure && !unsure);
    }
  }
  for (const { name, place, unsure } of missingHeaders(sources, files, generators)) {
    // Behind a condition are other systems' headers, too: who reads of them all believes none.
    if (!unsure) add('header', name, place, !outside);
  }
  const doubt = open || generators.writes;
  const rest = missing.map((one) => ({ ...one, certain: one.certain && !doubt }));
  const none = { place: undefined, danglingTarget: undefined };
  const unmade = open ? undefined : unmadeModules(tree, files, build);
  return [
    ...scripts.map((one) => ({ ...none, ...one, kind: 'script' as const })),
    ...(unmade === undefined
      ? []
      : [{ ...none, ...unmade, kind: 'module' as const, path: unmade.makefile }]),
    ...rest,
  ];
}
