import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../system/files/sha256.ts';
import { kbuildArchitectureOf } from './architecture.ts';
import type { KernelHeaders } from './headers.ts';
import { includedMakefile } from './included-makefile.ts';

/**
 * Returns a sha256 (hex) of the names, sizes and times of the files of the headers that a build reads, including files
 * of the -common package and programs. The contents are not read, because there are about ten thousand files. Takes
 * about 80 ms if the files are in the page cache. For headers of an archive, returns the text that identifies them
 * instead. Returns '' for headers of an installed package, because the version of the package identifies them.
 */
export async function headersDigest(headers: Digested): Promise<string> {
  const { root, directory, foundIn = directory, packageVersion, architecture, archive } = headers;
  if (archive !== undefined) return archive.headers;
  if (root === undefined && packageVersion !== undefined) return '';
  const kbuild = kbuildArchitectureOf(architecture);
  const parts = [...partsOf(directory, kbuild), ...(await sourcesOf(directory, kbuild))];
  // `directory` may be a temporary directory with links and a new Makefile. The digest is computed from the original
  // files instead.
  const own = TOP_FILES.map((name) => stampOf(join(foundIn, name)));
  return sha256([...own, ...parts].join('\n'));
}

type Digested = Pick<
  KernelHeaders,
  'root' | 'directory' | 'foundIn' | 'packageVersion' | 'architecture' | 'archive'
>;

const TOP_FILES = [
  'Makefile',
  '.kernelvariables',
  '.config',
  'include/config/auto.conf',
  'vmlinux',
];

/** Returns digests of the parts of a build directory or source tree that a build of modules reads. */
function partsOf(directory: string, kbuild: string): string[] {
  const names = ['include', `arch/${kbuild}`, 'scripts', 'tools/objtool', 'tools/bpf'];
  return names.map((name) => treeDigest(join(directory, name)));
}

/**
 * Returns the digests of the source tree of headers. The Makefile of the headers includes the Makefile of the source
 * tree, which is Debian's -common package, or the kernel source of a build directory made with O=.
 */
async function sourcesOf(directory: string, kbuild: string): Promise<string[]> {
  const included = await includedMakefile(directory);
  if (included === undefined) return [];
  return [stampOf(included), ...partsOf(dirname(included), kbuild)];
}

/**
 * The digests that this run has already computed. They are kept, because kernels of one version share most directories.
 */
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

/**
 * Adds a line for each file below a directory. The function is synchronous, because promises take four times as
 * long. Symlinks are followed, because Ubuntu's headers have many.
 */
function walk(directory: string, inside: string, lines: string[], seen: Set<string>): void {
  const entries = readdirSync(directory, { withFileTypes: true });
  // The names are sorted, because readdir returns them in the order of the file system.
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${directory}/${entry.name}`;
    const name = `${inside}/${entry.name}`;
    // include/config is left out. It has thousands of empty files, one for each setting in auto.conf.
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

/** Returns the size and the time of a file. Returns '' if it does not exist. */
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
