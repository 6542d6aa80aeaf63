import { Generators } from './generators.ts';
import { missingHeaders, type ScannedSource } from './included-headers.ts';
import { KbuildTree } from './kbuild-tree.ts';
import { type BuildCommand, readMakeCommand } from './make-command.ts';
import type { MakePlace } from './make-variables.ts';
import { missingScripts } from './missing-scripts.ts';
import { goalsOf, sourceOf } from './objects.ts';
import type { SourceFiles } from './source-files.ts';
import { unmadeModules } from './unmade-modules.ts';

/** A file that the build of a driver needs, but that its source tree does not have. */
export interface MissingFile {
  readonly kind: 'makefile' | 'include' | 'source' | 'header' | 'script' | 'module';
  /**
   * The missing path. If `kind` is `header`, the name in the #include. If `kind` is `module`, the path of the makefile
   * that does not build the modules.
   */
  readonly path: string;
  /**
   * The line that names the missing file. Undefined if `kind` is `script` or `module`, and for a makefile that kbuild
   * looks for although no line names it.
   */
  readonly place: MakePlace | undefined;
  /** Whether it is certain that the build needs the file and does not generate it. */
  readonly certain: boolean;
  /** The target of the symlink, if the path is a broken symlink. */
  readonly danglingTarget: string | undefined;
  /** The directive of dkms.conf that runs the script, if `kind` is `script`. */
  readonly directive?: 'MAKE' | 'PRE_BUILD';
  /** The modules that no makefile builds, if `kind` is `module`. */
  readonly modules?: readonly string[];
  /** Other makefiles that name the modules, three at most, if `kind` is `module`. */
  readonly others?: readonly string[];
}

/**
 * Reads the makefiles of a driver as kbuild does, but runs nothing, and needs no kernel headers. Returns the files that
 * the build needs but that the source tree does not have: makefiles, sources of objects, included files, scripts; also
 * the modules that no makefile builds. A file is not `certain` if it depends on the configuration of the kernel, or if
 * a command may generate it.
 */
export function missingFiles(files: SourceFiles, asked: BuildCommand): MissingFile[] {
  const scripts = missingScripts(asked, files);
  // DKMS ignores a PRE_BUILD if its script does not exist.
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
    // A missing header is reported only if a file that includes it is certainly compiled. Most other missing headers
    // are for other systems.
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
