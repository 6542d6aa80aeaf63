import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { KernelHeaders, PathMap } from './headers.ts';

/**
 * Makes unpacked headers usable where they are. Debian's Makefile includes
 * /usr/src/linux-headers-…-common/Makefile, and symbolic links may lead to /usr/lib/linux-kbuild-…;
 * below `parent` a directory of links to the headers is made that has a Makefile and links which lead
 * to their root instead. The headers themselves are only read, so any number of builds may share them.
 * Headers whose paths are right are used where they are. A stand-in for /lib/modules is made for both.
 */
export async function relocateHeaders(
  headers: KernelHeaders,
  parent: string,
): Promise<KernelHeaders> {
  const { root, directory, release } = headers;
  if (root === undefined) return headers;
  const target = `/usr/src/linux-headers-${release}`;
  const maps: PathMap[] = [
    { from: directory, to: target },
    ...(root === '/' ? [] : [{ from: join(root, 'usr'), to: '/usr' }]),
  ];
  const place = { root, target };
  const makefile = await readFile(join(directory, 'Makefile'), 'utf8');
  const ownView = join(parent, `linux-headers-${release}`);
  const makefileHere = relocateMakefile(makefile, root, {
    from: target,
    to: directory === target ? target : ownView,
  });
  const links = await linksOf(directory, place);
  const installTree = join(parent, 'modules');
  const relocated = makefileHere !== makefile || links.size > 0;
  const view = relocated ? ownView : directory;
  await mkdir(join(installTree, release), { recursive: true });
  await symlink(view, join(installTree, release, 'build'));
  if (!relocated) return { ...headers, installTree, pathMaps: maps };
  await mkdir(view, { recursive: true });
  for (const name of await readdir(directory)) {
    if (name === 'Makefile') continue;
    await symlink(links.get(name) ?? join(directory, name), join(view, name));
  }
  await writeFile(join(view, 'Makefile'), makefileHere);
  const pathMaps = [{ from: view, to: target }, ...maps];
  return { ...headers, directory: view, foundIn: directory, installTree, pathMaps };
}

interface Place {
  readonly root: string;
  /** Where the headers would be if they were installed. */
  readonly target: string;
}

/**
 * The small Makefile of Debian's packages (debian/rules.real, headers_Makefile); others stay as they are.
 * Since 7.x it also has `KBUILD_OUTPUT=/usr/src/linux-headers-…`, itself: that becomes the view, not
 * what is installed in that place.
 */
function relocateMakefile(text: string, root: string, itself: PathMap): string {
  return text.replace(
    /^((?:include|KBUILD_OUTPUT\s*:?=)\s*)(\/usr\/src\/\S+)/gm,
    (line, keyword: string, path: string) => {
      if (path === itself.from) return keyword + itself.to;
      const here = join(root, path);
      return existsSync(here) ? keyword + here : line;
    },
  );
}

/** Links at the top that lead nowhere, with where they would lead were the headers installed. */
async function linksOf(directory: string, { root, target }: Place): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (!entry.isSymbolicLink()) continue;
    const meant = resolve(target, await readlink(path));
    const isAbsolute = (await readlink(path)).startsWith('/');
    if (existsSync(path) && !isAbsolute) continue;
    const found = [join(root, meant), meant].find((candidate) => existsSync(candidate));
    if (found !== undefined) links.set(entry.name, found);
  }
  return links;
}
