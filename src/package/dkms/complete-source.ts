import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StagedTree } from '../../archive/staged/staged-tree.ts';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import { InputError } from '../../errors.ts';
import type { BuildCommand } from '../../kbuild/make-command.ts';
import { type MissingFile, missingFiles } from '../../kbuild/missing-files.ts';
import { enumerate } from '../../module/verify/finding.ts';
import type { Reporter } from '../../report/reporter.ts';
import { describe, hintOfTree } from './describe-missing.ts';
import { stagedFiles } from './packed-files.ts';

/** What of a dkms.conf the reading of makefiles goes by. */
export function buildCommandOf(
  conf: Pick<DkmsConf, 'name' | 'version' | 'make' | 'preBuild' | 'modules'>,
): BuildCommand {
  const modules = conf.modules.map(({ builtName, builtLocation }) => ({
    name: builtName,
    location: builtLocation,
  }));
  const { name, version, make, preBuild } = conf;
  return { name, version, make, preBuild, modules };
}

/**
 * Looks whether what a package brings to /usr/src/<name>-<version> can be compiled: kbuild's makefiles are
 * read, nothing is run. InputError `incomplete-source` for files that the build needs in any case; a warning for such
 * as it may need, or make by itself.
 */
export function checkComplete(
  tree: StagedTree,
  conf: DkmsConf,
  sourceDirectory: string,
  reporter: Pick<Reporter, 'warn'>,
): void {
  const base = `usr/src/${conf.name}-${conf.version}`;
  const missing = missingFiles(stagedFiles(tree, base), buildCommandOf(conf));
  const certain = missing.filter((one) => one.certain);
  const [first] = certain;
  if (first !== undefined) {
    throw new InputError('incomplete-source', `/${base} cannot be compiled: ${describe(first)}`, {
      where: { file: sourceDirectory },
      output: certain.slice(1, 12).map(describe),
      hint: hintFor(first, tree, base, sourceDirectory),
    });
  }
  if (missing.length > 0) {
    reporter.warn(
      `/${base} may lack what some builds need: ${enumerate(missing.map(describe))}`,
      'Where it is made during the build, or not for these kernels, all is well; else put it into the package.',
    );
  }
}

function hintFor(first: MissingFile, tree: StagedTree, base: string, directory: string): string {
  const known = hintOfTree(first, directory);
  if (known !== undefined) return known;
  const others = new Set(
    tree.entries().flatMap(({ path }) => /^usr\/src\/([^/]+)\/.*\.[ch]$/.exec(path)?.[1] ?? []),
  );
  others.delete(base.slice('usr/src/'.length));
  const [other] = others;
  if (first.kind === 'makefile' && other !== undefined) {
    return `Install the source into /${base}, where dkms.conf is; it goes to /usr/src/${other} now.`;
  }
  if (existsSync(join(directory, first.path))) {
    return `Install ${first.path} into /${base}, too: add it to debian/*.install.`;
  }
  return 'Add the file; where the build makes it, give the makefile a rule for it, or name the script in PRE_BUILD.';
}
