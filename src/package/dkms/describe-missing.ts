import type { MissingFile } from '../../kbuild/missing-files.ts';
import { enumerate } from '../../module/verify/finding.ts';
import { someNames } from '../../system/text/some-names.ts';

/** Describes a missing file: "Kbuild:2 names main.c, which is missing". */
export function describe(missing: MissingFile): string {
  const { path, kind, place, danglingTarget, directive } = missing;
  if (kind === 'module') return describeUnmade(missing);
  if (directive === 'PRE_BUILD') {
    return `PRE_BUILD names ${path}, which is not a file of the source, so DKMS skips it`;
  }
  if (directive !== undefined) return `${directive} runs ${path}, which is missing`;
  const by = place && `${place.file}:${place.line} ${verbOf(kind)}`;
  if (danglingTarget !== undefined) {
    const named = by === undefined ? '' : `; ${by} it`;
    return `${path} is a link to ${danglingTarget}, which does not exist${named}`;
  }
  return by === undefined ? `${path} is missing` : `${by} ${path}, which is missing`;
}

/**
 * Describes a makefile that builds no module: "Makefile does not build toy, because it has no obj-m; Makefile.dkms has
 * obj-m".
 */
export function describeUnmade({ path, modules = [], others = [] }: MissingFile): string {
  const known =
    others.length === 0
      ? ''
      : `; ${someNames(others, 3)} ${others.length > 1 ? 'have' : 'has'} obj-m`;
  return `${path} does not build ${enumerate(modules)}, because it has no obj-m${known}`;
}

function verbOf(kind: MissingFile['kind']): string {
  return kind === 'include' || kind === 'header' ? 'includes' : 'names';
}
