import type { BuildCommand } from '../../src/kbuild/make-command.ts';
import { missingFiles } from '../../src/kbuild/missing-files.ts';
import { SourceFiles, type SourceObject } from '../../src/kbuild/source-files.ts';

export type Files = Readonly<Record<string, string | { readonly link: string }>>;

export const BUILD: BuildCommand = {
  name: 'm',
  version: '1.0',
  make: undefined,
  preBuild: undefined,
  modules: [{ name: 'm', location: '' }],
};

/** Returns what is missing: `error` or `warning`, the path, and the place that names it. */
export function missing(files: Files, build: Partial<BuildCommand> = {}, beside = true): string[] {
  const objects = new Map<string, SourceObject>(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'string'
        ? { type: 'file', text: () => content }
        : { type: 'symlink', target: content.link },
    ]),
  );
  const source = new SourceFiles(objects, () => beside);
  return missingFiles(source, { ...BUILD, ...build }).map(({ certain, path, place }) => {
    const where = place === undefined ? '' : ` ${place.file}:${place.line}`;
    return `${certain ? 'error' : 'warning'} ${path}${where}`;
  });
}
