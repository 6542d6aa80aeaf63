import { ANY_MAKEFILE } from '../dkms/source/makefile-name.ts';
import type { KbuildTree } from './kbuild-tree.ts';
import type { BuildCommand } from './make-command.ts';
import { isKnown } from './markers.ts';
import type { SourceFiles } from './source-files.ts';

/** A makefile that the build uses, although it names nothing for kbuild to build. */
export interface UnmadeModules {
  readonly makefile: string;
  readonly modules: readonly string[];
  /**
   * All other makefiles of the source that have a line `obj-…` and name one of the modules. Messages show three of
   * them.
   */
  readonly others: readonly string[];
  /** Whether it is certain that no other command builds the modules. */
  readonly certain: boolean;
}

/** Matches commands that certainly neither compile nor read a makefile. */
const HARMLESS =
  /^(?:sudo\s+)?(?:install|mkdir|rmdir|rm|cp|mv|ln|sed|touch|chmod|chown|depmod|cat|printf|modprobe|rmmod|insmod|dkms|sync|update-initramfs)\b/;

/**
 * Returns the first of the makefiles that a build reads, if none of them names anything for kbuild to build. For
 * example, this makefile may only install files, while the makefile for DKMS has another name. Returns undefined if a
 * makefile may build modules, or if a makefile is missing.
 */
export function unmadeModules(
  tree: KbuildTree,
  files: SourceFiles,
  build: BuildCommand,
): UnmadeModules | undefined {
  const [first] = tree.directories;
  if (first === undefined || tree.missingMakefiles.length > 0) return undefined;
  const texts = tree.directories.map(({ path }) => files.text(path) ?? '');
  // A makefile that mentions obj- may build modules. So may an included file, `eval` and `call`, because they may name
  // objects.
  if (texts.some((text) => /\bobj-|^[ \t]*-?s?include\b|\$[({](?:eval|call)\b/m.test(text))) {
    return undefined;
  }
  const goals = tree.directories.flatMap(({ makefile: { variables } }) =>
    [...variables.names()].filter((name) => /^(?:obj|subdir|lib)-/.test(name) || !isKnown(name)),
  );
  if (goals.length > 0) return undefined;
  const modules = build.modules.map(({ name }) => name);
  const read = new Set(tree.directories.map(({ path }) => path));
  const others = [...files.paths()].filter(
    (path) =>
      ANY_MAKEFILE.test(path) &&
      !read.has(path) &&
      !/\.(?:in|am)$/.test(path) &&
      modules.some((module) => names(files.text(path) ?? '', module)),
  );
  const certain = tree.programs.every((program) => HARMLESS.test(program));
  return { makefile: first.path, modules, others, certain };
}

function names(text: string, module: string): boolean {
  const quoted = module.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return /^[ \t]*obj-/m.test(text) && new RegExp(`(?:^|[\\s/=])${quoted}\\.o\\b`).test(text);
}
