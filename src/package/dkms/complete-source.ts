import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StagedTree } from '../../archive/staged/staged-tree.ts';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import { InputError } from '../../errors.ts';
import type { BuildCommand } from '../../kbuild/make-command.ts';
import { type MissingFile, missingFiles } from '../../kbuild/missing-files.ts';
import { enumerate } from '../../module/verify/finding.ts';
import type { Reporter } from '../../report/reporter.ts';
import { describe } from './describe-missing.ts';
import { hintOfTree } from './missing-file-hint.ts';
import { stagedFiles } from './packed-files.ts';

/** The most missing files that an error names. Of the others, it gives only the number. */
const MOST_SHOWN = 12;

/** Returns the values of a dkms.conf that decide which makefiles are read. */
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
 * Checks whether the source in /usr/src/<name>-<version> of a package can be compiled. Reads the makefiles and runs
 * nothing. Throws InputError `incomplete-source` for missing files that every build needs; if there are none, warns
 * about missing files that a build may need, or may make itself.
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
      output: [
        ...certain.slice(1, MOST_SHOWN).map(describe),
        ...(certain.length > MOST_SHOWN ? [`… and ${certain.length - MOST_SHOWN} more`] : []),
      ],
      hint: hintFor(first, tree, base, sourceDirectory),
    });
  }
  if (missing.length > 0) {
    reporter.warn(
      `/${base} may lack files that some builds need: ${enumerate(missing.map(describe))}`,
      'Ignore the warning if the build makes these files, or if your kernels do not need them; otherwise put the files into the package.',
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
    return `Install the source into /${base}, where dkms.conf is, instead of /usr/src/${other}.`;
  }
  if (existsSync(join(directory, first.path))) {
    return `Add ${first.path} to debian/*.install, so that it is installed into /${base}.`;
  }
  return 'Add the missing file. If the build makes this file, add a rule for it to the makefile, or write the script that makes the file into PRE_BUILD.';
}
