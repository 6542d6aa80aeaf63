import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../system/files/sha256.ts';
import { kbuildArchitectureOf } from './architecture.ts';
import type { KernelHeaders } from './headers.ts';
import { includedMakefile } from './included-makefile.ts';

/**
 * sha256 (hex) over names, sizes and times of all that a build for these headers reads of them, the
 * -common tree included; not the contents: they are some ten thousand files. '' for installed headers
 * of a package, for whose version dpkg answers. Takes some 80 ms where the files are known to the system.
 */
export async function headersDigest(headers: Digested): Promise<string> {
  const { root, directory, foundIn = directory, packageVersion, architecture } = headers;
  if (root === undefined && packageVersion !== undefined) return '';
  const kbuild = kbuildArchitectureOf(architecture);
  const parts = [...partsOf(directory, kbuild), ...(await sourcesOf(directory, kbuild))];
  // The Makefile of a stand-in is a new one each time.
  const own = TOP_FILES.map((name) => stampOf(join(foundIn, name)));
  return sha256([...own, ...parts].join('\n'));
}

type Digested = Pick<
  KernelHeaders,
  'root' | 'directory' | 'foundIn' | 'packageVersion' | 'architecture'
>;

const TOP_FILES = [
  'Makefile',
  '.kernelvariables',
  '.config',
  'include/config/auto.conf',
  'vmlinux',
];

/** What is read of a build directory or source tree; a whole tree of a kernel's has much more. */
function partsOf(directory: string, kbuild: string): string[] {
  const names = ['include', `arch/${kbuild}`, 'scripts', 'tools/objtool', 'tools/bpf'];
  return names.map((name) => treeDigest(join(directory, name)));
}

/** Of the tree that the Makefile includes: Debian's -common, a kernel's source for its O= directory. */
async function sourcesOf(directory: string, kbuild: string): Promise<string[]> {
  const included = await includedMakefile(directory);
  if (included === undefined) return [];
  return [stampOf(included), ...partsOf(dirname(included), kbuild)];
}

/** What was walked through in this run: kernels of one version share most. */
const known = new Map<string, string>();

function treeDigest(directory: string): string {
  const place = realPath(directory);
  if (place === undefined) return '';
  let digest = known.get(place);
  if (digest === undefined) {
    const lines: string[] = [];
    walk(place, '', lines, new Set([place]));
    digest = sha256(lines.join('\n'));
    known.set(place, digest);
  }
  return digest;
}

/** Synchronous: with promises it takes four times as long. Links are followed, Ubuntu's headers are full of them. */
function walk(directory: string, inside: string, lines: string[], seen: Set<string>): void {
  const entries = readdirSync(directory, { withFileTypes: true });
  // Its own order is the file system's.
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${directory}/${entry.name}`;
    const name = `${inside}/${entry.name}`;
    // include/config: thousands of empty files, one for each setting of auto.conf.
    if (entry.isDirectory() && name === '/config') continue;
    if (entry.isDirectory()) walk(path, name, lines, seen);
    else if (!entry.isSymbolicLink()) lines.push(`${name} ${stampOf(path)}`);
    else {
      const target = realPath(path);
      if (target === undefined || !statSync(target).isDirectory()) {
        lines.push(`${name} ${target === undefined ? '' : stampOf(target)}`);
      } else if (!seen.has(target)) walk(target, name, lines, seen.add(target));
    }
  }
}

/** Size and time of a file; '' where there is none. */
function stampOf(file: string): string {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.size} ${stats.mtimeMs}`;
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
