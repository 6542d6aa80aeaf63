import type { Driver } from '../../driver/read-driver.ts';
import { renderTemplate } from '../../system/text/template.ts';
import { type GeneratedFile, generated } from './generated-file.ts';

/**
 * Returns debian/watch and debian/upstream/metadata, or [] if the tree does not name its git repository. They are
 * written only for the source format 3.0 (quilt), because lintian reports them in a native package
 * (debian-watch-file-in-native-package, upstream-metadata-in-native-source).
 */
export function upstreamFiles(driver: Driver): GeneratedFile[] {
  const page = driver.homepage.vcsBrowser?.value;
  const repository = driver.homepage.vcsGit?.value;
  if (page === undefined || repository === undefined) return [];
  const host = new URL(page).host;
  const gitlab = /gitlab|^salsa\./.test(host);
  const github = host === 'github.com';
  const issues = github ? `${page}/issues` : gitlab ? `${page}/-/issues` : undefined;
  const watch = github ? 'github' : gitlab ? 'gitlab' : 'tags';
  return [
    generated('watch', renderTemplate(`debian/watch-${watch}`, { page, repository })),
    generated(
      'upstream/metadata',
      renderTemplate('debian/upstream-metadata', { page, repository, issues: issues ?? '' }),
    ),
  ];
}
