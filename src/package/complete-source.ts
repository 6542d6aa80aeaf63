import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StagedTree } from '../archive/staged-tree.ts';
import type { DkmsConf } from '../dkms/conf.ts';
import { emptySubmodules, fillSubmodules } from '../dkms/empty-submodules.ts';
import { InputError } from '../errors.ts';
import { MOST_TEXT_BYTES } from '../kbuild/directory-files.ts';
import type { BuildCommand } from '../kbuild/make-command.ts';
import { type MissingFile, missingFiles } from '../kbuild/missing-files.ts';
import { normalize, SourceFiles, type SourceObject } from '../kbuild/source-files.ts';
import { enumerate } from '../module/finding.ts';
import type { Reporter } from '../report/reporter.ts';

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

/** "it has no main.c, which Kbuild:2 names". */
export function describe({ path, kind, place, danglingTarget }: MissingFile): string {
  const by = place === undefined ? '' : `, which ${place.file}:${place.line} ${verbOf(kind)}`;
  if (danglingTarget !== undefined) {
    return `${path} is a link to ${danglingTarget}, which is not there${by && `;${by.slice(1)} it`.replace('; which', ';')}`;
  }
  return `it has no ${path}${by}`;
}

function verbOf(kind: MissingFile['kind']): string {
  return kind === 'include' || kind === 'header' ? 'includes' : 'names';
}

function hintFor(first: MissingFile, tree: StagedTree, base: string, directory: string): string {
  if (first.danglingTarget !== undefined) {
    return 'Put what the link leads to into the package, or the file itself in the place of the link.';
  }
  const submodule = emptySubmodules(directory).find(
    (path) => first.path.startsWith(`${path}/`) || first.kind === 'header',
  );
  if (submodule !== undefined) {
    return fillSubmodules([submodule]);
  }
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

/** The files of a staged package below `base`. */
function stagedFiles(tree: StagedTree, base: string): SourceFiles {
  const objects = new Map<string, SourceObject>();
  for (const entry of tree.entries()) {
    if (!entry.path.startsWith(`${base}/`)) continue;
    const path = entry.path.slice(base.length + 1);
    if (entry.type === 'directory') objects.set(path, { type: 'directory' });
    else if (entry.type === 'symlink') objects.set(path, { type: 'symlink', target: entry.target });
    else {
      const file = entry.type === 'hardlink' ? tree.get(entry.target) : entry;
      if (file?.type !== 'file') continue;
      const { content } = file;
      const text = () => {
        if ('bytes' in content) return content.bytes.toString('latin1');
        return content.size > MOST_TEXT_BYTES ? undefined : readFileSync(content.source, 'latin1');
      };
      objects.set(path, { type: 'file', text });
    }
  }
  return new SourceFiles(
    objects,
    besideIn(base, (path) => tree.has(path)),
  );
}

/**
 * Whether a link that leads out of `base` leads to something: to what the package has, or, with an absolute path
 * elsewhere than to the source, to what another package may have.
 */
export function besideIn(base: string, has: (path: string) => boolean): (path: string) => boolean {
  return (path) => {
    const absolute = path.startsWith('/');
    const inPackage = normalize(absolute ? path : `${base}/${path}`);
    return has(inPackage) || (absolute && !path.startsWith(`/${base}/`));
  };
}
