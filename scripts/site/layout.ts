import { posix } from 'node:path';
import { escapeXml } from '../../src/system/text/escape-xml.ts';
import type { Heading } from './markdown.ts';
import type { NavigationGroup } from './navigation.ts';
import { wayToTop } from './pages.ts';

/** What the frame of a page shows in addition to the page's text. */
export interface PageFrame {
  readonly path: string;
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  /** The groups of pages; targets are paths in the site. */
  readonly navigation: readonly NavigationGroup[];
  /**
   * The path of the site's top, if it is not relative. The page of error 404 needs it, because this page is shown at
   * any path.
   */
  readonly top?: string;
}

/** Pages with fewer sections have no list of them. */
const FEWEST_HEADINGS = 3;

/** Returns a whole HTML page. Navigation comes after the text, so that a narrow screen begins with the text. */
export function layOut(page: PageFrame): string {
  const top = page.top ?? wayToTop(page.path);
  const name = page.path === 'index.html' ? page.title : `${page.title} · dkms-deb`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeXml(name)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${top}style.css">
<script src="${top}search.js" defer></script>
</head>
<body>
<a class="skip" href="#text">Skip to the text</a>
<header>
<a class="home" href="${top}index.html">dkms-deb</a>
<a class="to-pages" href="#pages">Pages</a>
<form class="search" role="search" data-top="${escapeXml(top)}" hidden>
<input type="search" aria-label="Search" placeholder="Search ( / )" autocomplete="off" spellcheck="false">
<ul aria-label="Results" aria-live="polite"></ul>
</form>
</header>
<main id="text">
${page.html}</main>
${contents(page.headings)}<nav id="pages" aria-label="Pages">
${page.navigation.map((group) => groupHtml(group, page.path, top)).join('\n')}
</nav>
</body>
</html>
`;
}

function groupHtml({ title, links }: NavigationGroup, current: string, top: string): string {
  const items = links.map(({ text, target }) => {
    const here = target === current ? ' aria-current="page"' : '';
    return `<li><a href="${escapeXml(posix.normalize(`${top}${target}`))}"${here}>${escapeXml(text)}</a></li>`;
  });
  return `<h2>${escapeXml(title)}</h2>\n<ul>\n${items.join('\n')}\n</ul>`;
}

/** Returns the list of a page's sections, which only a wide screen shows. */
function contents(headings: readonly Heading[]): string {
  const shown = headings.filter(({ level }) => level === 2);
  if (shown.length < FEWEST_HEADINGS) return '';
  const items = shown.map(
    ({ text, anchor }) => `<li><a href="#${anchor}">${escapeXml(text)}</a></li>`,
  );
  return `<nav class="contents" aria-label="On this page">\n<h2>On this page</h2>\n<ul>\n${items.join('\n')}\n</ul>\n</nav>\n`;
}
