import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { build } from 'rolldown';
import { layOut } from './layout.ts';
import { type RenderedPage, renderPage } from './markdown.ts';
import { type NavigationGroup, readNavigation } from './navigation.ts';
import { sitePages, sitePathOfFile } from './pages.ts';
import { searchIndex, searchIndexScript } from './search-index.ts';
import { stillPicture } from './still-picture.ts';

interface SitePage extends RenderedPage {
  readonly source: string;
  readonly path: string;
  readonly title: string;
}

/**
 * Writes the site of the project's Markdown into `output`, which is replaced: a page for each file, style, search.
 * `base` is where the site will be, such as `/dkms-deb/`, for the page of errors 404. Throws an Error that lists the
 * links that lead nowhere. Returns the paths of the pages in the site.
 */
export async function buildSite(project: string, output: string, base = '/'): Promise<string[]> {
  const paths = await sitePages(project);
  const dead: string[] = [];
  /** The files to which pages link, and which are not pages. These files are copied. */
  const files = new Set<string>();
  const anchorsWanted: { page: string; path: string; anchor: string }[] = [];
  const pages: SitePage[] = [];
  for (const [source, path] of paths) {
    const wanted: string[] = [];
    const href = (target: string) => {
      if (/^[a-z]+:/.test(target)) return target;
      const [file = '', anchor] = target.split('#');
      const from = file === '' ? source : posix.join(posix.dirname(source), file);
      const to = paths.get(from);
      if (to === undefined) wanted.push(from);
      else if (anchor !== undefined) anchorsWanted.push({ page: source, path: to, anchor });
      const relative = posix.relative(posix.dirname(path), to ?? sitePathOfFile(from));
      const fragment = anchor === undefined ? '' : `#${anchor}`;
      return file === '' ? fragment : `${relative}${fragment}`;
    };
    const rendered = renderPage(await readFile(join(project, source), 'utf8'), href);
    for (const file of wanted) {
      if (await isFile(join(project, file))) files.add(file);
      else dead.push(`${source}: ${file}`);
    }
    const title = rendered.headings.find(({ level }) => level === 1)?.text ?? source;
    pages.push({ ...rendered, source, path, title });
  }
  for (const { page, path, anchor } of anchorsWanted) {
    const known = pages.find((one) => one.path === path)?.anchors.has(anchor);
    if (!known) dead.push(`${page}: ${path}#${anchor}`);
  }
  if (dead.length > 0) throw new Error(`links that lead nowhere:\n${dead.join('\n')}`);

  const readme = await readFile(join(project, 'README.md'), 'utf8');
  const navigation = readNavigation(readme).map((group) => inSite(group, paths));
  await rm(output, { recursive: true, force: true });
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(output, path)), { recursive: true });
    await writeFile(join(output, path), text);
  };
  for (const page of pages) await write(page.path, layOut({ ...page, navigation }));
  await write('404.html', layOut({ ...NOT_FOUND, navigation, top: base }));
  await write('search-index.js', searchIndexScript(searchIndex(pages)));
  await write('style.css', await readFile(join(project, 'scripts/site/style.css'), 'utf8'));
  await write('search.js', await searchScript(project));
  for (const file of files) {
    if (file.endsWith('.svg')) {
      const svg = await readFile(join(project, file), 'utf8');
      await write(sitePathOfFile(file), stillPicture(svg));
      continue;
    }
    const target = join(output, sitePathOfFile(file));
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(project, file), target);
  }
  return pages.map(({ path }) => path);
}

const NOT_FOUND = {
  path: '404.html',
  title: 'No such page',
  html: '<h1>No such page</h1>\n<p>The page may have a new name: look in the list of pages, or search.</p>\n',
  headings: [],
} as const;

/** Replaces the README's links of a group by paths in the site. */
function inSite({ title, links }: NavigationGroup, paths: ReadonlyMap<string, string>) {
  const known = links.map(({ text, target }) => ({
    text,
    target: paths.get(target) ?? sitePathOfFile(target),
  }));
  return { title, links: known };
}

/** Returns the script of the search, with minisearch in it, for browsers. */
async function searchScript(project: string): Promise<string> {
  const { output } = await build({
    input: join(project, 'scripts/site/browser/search.ts'),
    platform: 'browser',
    logLevel: 'warn',
    write: false,
    output: { format: 'iife', minify: true, codeSplitting: false },
  });
  return output[0].code;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
