import { readdir } from 'node:fs/promises';
import { posix } from 'node:path';

/** Pages outside of docs/ that are part of the site. The README is its first page. */
const BESIDE_DOCS: Readonly<Record<string, string>> = {
  'README.md': 'index.html',
  'CHANGELOG.md': 'changelog.html',
  'CONTRIBUTING.md': 'contributing.html',
  'SECURITY.md': 'security.html',
};

/** Files that a browser shows. Other files get the ending .txt, because a server may not know that they are text. */
const SHOWN = /\.(?:svg|png|json|txt)$/;

/** Returns the Markdown files of the site, by their paths in the project, with their paths in the site. */
export async function sitePages(project: string): Promise<Map<string, string>> {
  const inDocs = await readdir(posix.join(project, 'docs'), { recursive: true });
  const pages = inDocs.filter((path) => path.endsWith('.md')).sort();
  return new Map([
    ...Object.entries(BESIDE_DOCS),
    ...pages.map((path) => [`docs/${path}`, path.replace(/\.md$/, '.html')] as const),
  ]);
}

/** Returns the path in the site of a file that is not Markdown, such as a picture. */
export function sitePathOfFile(path: string): string {
  return `files/${SHOWN.test(path) ? path : `${path}.txt`}`;
}

/** Returns the way from a page to the top of the site, such as '' or '../'. */
export function wayToTop(sitePath: string): string {
  return '../'.repeat(sitePath.split('/').length - 1);
}
