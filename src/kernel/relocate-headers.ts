import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeDirectory } from '../system/files/make-directory.ts';
import type { KernelHeaders, PathMap } from './headers.ts';

/**
 * Makes headers usable that are only unpacked. Installed headers are returned unchanged. The Makefile of Debian's
 * packages includes usr/src/linux-headers-…-common/Makefile, and symlinks may lead to /usr/lib/linux-kbuild-….
 * Therefore a temporary directory is made below `parent`. It has symlinks to the headers, a new Makefile, and new links
 * that lead below the directory of the unpacked files. The headers themselves are only read, so several builds can
 * share them. If the paths in the headers are already right, this directory is not made. A replacement of /lib/modules
 * (installTree) is made in both cases.
 */
export async function relocateHeaders(
  headers: KernelHeaders,
  parent: string,
): Promise<KernelHeaders> {
  const { root, directory, release, tools } = headers;
  if (root === undefined) return headers;
  const target = placeWhenInstalled(headers, root);
  const maps: PathMap[] = [
    { from: directory, to: target },
    ...(root === '/' ? [] : [{ from: join(root, 'usr'), to: '/usr' }]),
    ...(tools?.pathMaps ?? []),
  ];
  const place = { root, target };
  const makefile = await readFile(join(directory, 'Makefile'), 'utf8');
  const ownView = join(parent, `linux-headers-${release}`);
  const makefileHere = relocateMakefile(makefile, root, {
    from: target,
    to: directory === target ? target : ownView,
  });
  const links = await linksOf(directory, place);
  for (const name of tools?.kbuild === undefined ? [] : ['scripts', 'tools']) {
    links.set(name, join(tools?.kbuild ?? '', name));
  }
  const installTree = join(parent, 'modules');
  const relocated = makefileHere !== makefile || links.size > 0;
  const view = relocated ? ownView : directory;
  await makeDirectory(join(installTree, release));
  await symlink(view, join(installTree, release, 'build'));
  if (!relocated) return { ...headers, installTree, pathMaps: maps };
  await makeDirectory(view);
  for (const name of await readdir(directory)) {
    if (name === 'Makefile') continue;
    await symlink(links.get(name) ?? join(directory, name), join(view, name));
  }
  await writeFile(join(view, 'Makefile'), makefileHere);
  const pathMaps = [{ from: view, to: target }, ...maps];
  return { ...headers, directory: view, foundIn: directory, installTree, pathMaps };
}

/** Returns the path that the headers directory would have if its package were installed. */
function placeWhenInstalled({ directory, release }: KernelHeaders, root: string): string {
  const inRoot = root === '/' ? '' : directory.slice(root.length);
  // In packages of Fedora and openSUSE, `build` below lib/modules is a link to these directories.
  if (/^\/usr\/src\/(?:kernels|linux-[^/]*-obj)\//.test(inRoot)) return inRoot;
  return `/usr/src/linux-headers-${release}`;
}

interface Place {
  readonly root: string;
  /** The path that the headers directory would have if the headers were installed. */
  readonly target: string;
}

/**
 * Changes the lines `include /usr/src/…` and `KBUILD_OUTPUT = /usr/src/…` of the small Makefile in the packages of
 * Debian (debian/rules.real, headers_Makefile). The path becomes the same path below `root`. If nothing exists there,
 * the line stays. The path of the headers directory itself, which KBUILD_OUTPUT has since Linux 7.0, becomes the
 * temporary directory. Makefiles without such lines stay as they are.
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

/**
 * Finds the symlinks in the top directory of the headers. For each symlink that is broken or absolute, returns a new
 * target. Such a symlink names a path that exists where the headers package is installed. The new target is this path
 * below `root`, the directory of the unpacked files. If it does not exist there, the new target is this path on this
 * machine. If neither exists, the symlink is left out.
 */
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
