import { noConf } from '../../dkms/conf/no-conf.ts';
import type { ConfError } from '../../errors.ts';
import type { SourceFile } from '../../facts/code/c-sources.ts';
import type { Refusals } from './own-ways.ts';
import { packagedTemplateHint } from './packaged-template.ts';

const MOST_FOLDERS = 8;

/**
 * Returns the ConfError `no-conf` for a tree that cannot be built. Its `output` has the first 8 errors of
 * make, each with its folder; a last line gives the number of the others.
 */
export function nothingBuilds(
  directory: string,
  refusals: readonly Refusals[],
  sources: readonly Pick<SourceFile, 'path' | 'text'>[],
): ConfError {
  const output = refusals
    .slice(0, MOST_FOLDERS)
    .map(
      ({ folder, words }) => `${folder === '.' || folder === '' ? 'the top' : folder}: ${words}`,
    );
  const more = refusals.length - MOST_FOLDERS;
  if (more > 0) output.push(`and ${more} more error${more === 1 ? '' : 's'}`);
  const hint =
    packagedTemplateHint(directory) ??
    configured(sources) ??
    'Write a dkms.conf (dkms(8), "DKMS.CONF"), name one with --conf FILE (init, bmdeb, info), or name the folder of the driver.';
  const message =
    "there is no dkms.conf, and neither kbuild nor the tree's own make names a module to build";
  return noConf(directory, hint, { message, output });
}

/**
 * Returns a hint if a makefile with obj-m exists only as Makefile.in or Makefile.am, from which configure makes it.
 * Otherwise returns undefined.
 */
function configured(sources: readonly Pick<SourceFile, 'path' | 'text'>[]): string | undefined {
  const paths = new Set(sources.map(({ path }) => path));
  const template = sources.find(
    ({ path, text }) =>
      /(?:^|\/)(?:Makefile|Kbuild)\.(?:in|am)$/.test(path) &&
      /^[ \t]*obj-/m.test(text) &&
      !paths.has(path.replace(/\.\w+$/, '')),
  );
  if (template === undefined) return undefined;
  const { path } = template;
  const script = foldersAbove(path)
    .flatMap((folder) => ['configure', 'configure.ac', 'configure.in'].map((name) => folder + name))
    .find((candidate) => paths.has(candidate));
  if (script === undefined) {
    return `Make the makefile with obj-m from ${path} first, or write a dkms.conf whose MAKE does so.`;
  }
  const configure = script.replace(/\.(?:ac|in)$/, '');
  const generated = configure === script ? '' : ', which autoreconf -i makes';
  return `Write a dkms.conf whose MAKE runs ${configure}${generated}, or run ${configure} first: it makes the makefile with obj-m from ${path}.`;
}

/** Returns the folders above a path: `a/b/`, `a/` and '' for `a/b/c`. */
function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, i) => `${parts.slice(0, parts.length - i).join('/')}/`).concat('');
}
