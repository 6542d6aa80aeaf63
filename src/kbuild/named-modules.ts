import { Generators } from './generators.ts';
import { KbuildTree } from './kbuild-tree.ts';
import { type BuildCommand, readMakeCommand } from './make-command.ts';
import { isKnown } from './markers.ts';
import type { SourceFiles } from './source-files.ts';

/** A module that a makefile names in obj-m. */
export interface NamedByMakefile {
  /** The file name of the module, without .ko. */
  readonly name: string;
  /** The directory of the source in which kbuild makes the module. '' for the top directory. */
  readonly directory: string;
}

/**
 * Returns the modules that the makefiles of a driver name, in the order of the makefiles. The makefiles are read as
 * kbuild reads them, but nothing is run. Modules that depend on the configuration of the kernel are included. Makefiles
 * that are not read within `mostMilliseconds` are left out.
 */
export function namedModules(
  files: SourceFiles,
  build: BuildCommand,
  mostMilliseconds: number,
): NamedByMakefile[] {
  const command = readMakeCommand(build);
  const tree = new KbuildTree(files, new Generators(files), build, command, mostMilliseconds);
  const found = new Map<string, NamedByMakefile>();
  for (const { directory, makefile } of tree.directories) {
    for (const { text } of ['obj-m', 'obj-?'].flatMap((goal) => makefile.variables.words(goal))) {
      const name = isKnown(text) ? /^([^/]+)\.o$/.exec(text)?.[1] : undefined;
      if (name !== undefined) found.set(`${directory}/${name}`, { name, directory });
    }
  }
  return [...found.values()];
}
