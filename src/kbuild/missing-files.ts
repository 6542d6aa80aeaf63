import { Generators } from './generators.ts';
import { missingHeaders, type ScannedSource } from './included-headers.ts';
import { KbuildTree } from './kbuild-tree.ts';
import { type BuildCommand, readMakeCommand } from './make-command.ts';
import type { MakePlace } from './make-variables.ts';
import { missingScripts } from './missing-scripts.ts';
import { goalsOf, sourceOf } from './objects.ts';
import type { SourceFiles } from './source-files.ts';
import { unmadeModules } from './unmade-modules.ts';

/** A file that the build of a driver needs but that is missing in its source tree. */
export interface MissingFile {
  readonly kind: 'makefile' | 'include' | 'source' | 'header' | 'script' | 'module';
  /**
   * The missing path. For a header, the name in the #include; for `module`, the makefile that does not
   * make the modules.
   */
  readonly path: string;
  /**
   * The line that names the missing file. Undefined for a makefile that kbuild looks for without a name in any
   * line.
   */
  readonly place: MakePlace | undefined;
  /** Is it certain that the build needs the file and does not generate it? */
  readonly certain: boolean;
  /** If the path is a broken symlink, its target. */
  readonly danglingTarget: string | undefined;
  /** For a script, the directive of dkms.conf that runs it. */
  readonly directive?: 'MAKE' | 'PRE_BUILD';
  /** For `module`, the modules that no makefile makes. */
  readonly modules?: readonly string[];
  /** For `module`, other makefiles that name the modules. */
  readonly others?: readonly string[];
}

/**
 * Reads the makefiles of a driver as kbuild reads them, but runs nothing and needs no kernel headers.
 * Returns the files that they need and that are missing in the source tree: makefiles, sources of
 * objects, included files. A file is not `certain` if the kernel's configuration decides about it, or
 * if a command may generate it.
 */
export function missingFiles(files: SourceFiles, asked: BuildCommand): MissingFile[] {
  const scripts = missingScripts(asked, files);
  // DKMS ignores a PRE_BUILD that does not exist.
  const vain = scripts.some(({ directive }) => directive === 'PRE_BUILD');
  const build = vain ? { ...asked, preBuild: undefined } : asked;
  const command = readMakeCommand(build);
  const generators = new Generators(files);
  for (const each of [build.preBuild ?? '', ...command.others]) {
    if (each !== '') generators.addCommand(each, false);
  }
  const tree = new KbuildTree(files, generators, build, command);
  const missing: MissingFile[] = [];
  // The effects of PRE_BUILD and of programs other than make are unknown.
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
    // Headers inside a condition are not reported: most of them are for other systems.
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
