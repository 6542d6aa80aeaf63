import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DriverRecord } from './driver-record.ts';

/** A driver's tree as it was cloned. */
export interface DriverTree {
  readonly directory: string;
  /** OWNER/NAME, for a directory OWNER+NAME. */
  readonly name: string;
  readonly kind: DriverRecord['kind'];
  readonly packaged: boolean;
  /** The files that may be a dkms.conf, in the order in which a user would try them. */
  readonly confs: readonly string[];
  /** Directories with a makefile that sets obj-m, the topmost first. '' is the tree itself. */
  readonly makefiles: readonly string[];
}

/** Placeholders that a project's own scripts replace. */
export const PLACEHOLDER = /@@?\w+@@?|#[A-Z]\w+#|\{\{ ?\w+ ?\}\}|__[A-Z]\w+__|%\{\w+\}/g;

const MAKEFILE = /^(GNU)?[Mm]akefile$|^Kbuild$/;
const LARGEST = 256 * 1024;

/** Searches the tree without following symlinks. */
export async function readDriverTree(directory: string): Promise<DriverTree> {
  const files = await list(directory, '', 5);
  const confs: { file: string; text: string }[] = [];
  const makefiles: string[] = [];
  for (const file of files) {
    const isConf = isConfName(file);
    if (!isConf && !MAKEFILE.test(basename(file))) continue;
    const { size } = await stat(join(directory, file));
    if (size > LARGEST) continue;
    const text = await readFile(join(directory, file), 'utf8');
    if (isConf && /^\s*(PACKAGE_NAME|BUILT_MODULE_NAME)\b/m.test(text)) confs.push({ file, text });
    if (!isConf && /^\s*obj-(m\b|\$[({])/m.test(text)) makefiles.push(parent(file));
  }
  confs.sort((a, b) => rank(a.file) - rank(b.file) || a.file.localeCompare(b.file));
  return {
    directory,
    name: basename(directory).replace('+', '/'),
    kind: kindOf(confs[0]),
    packaged: files.includes('debian/control'),
    confs: confs.map(({ file }) => file),
    makefiles: [...new Set(makefiles)].sort((a, b) => depth(a) - depth(b) || a.localeCompare(b)),
  };
}

function isConfName(file: string): boolean {
  const name = basename(file);
  if (/dkms[\w.-]*\.conf(\.\w+)?$|^dkms\.conf/.test(name)) return true;
  return dirname(file) === 'debian' && (/\.dkms(\.in)?$/.test(name) || name === 'dkms');
}

function rank(file: string): number {
  if (file === 'dkms.conf') return 0;
  if (file.startsWith('debian/')) return 2;
  return /dkms\.conf$/.test(file) ? 1 + depth(file) / 100 : 3 + depth(file) / 100;
}

export function kindOf(conf: { file: string; text: string } | undefined): DriverTree['kind'] {
  if (conf === undefined) return 'none';
  const filled = /^\s*PACKAGE_VERSION=["']?[^"'\s]/m.test(conf.text);
  const directives = conf.text.split('\n').filter((line) => /^\s*[A-Z_]+(\[\d+\])?=/.test(line));
  if (!filled || directives.some((line) => line.search(PLACEHOLDER) >= 0)) return 'template';
  if (conf.file.startsWith('debian/')) return 'debian';
  return conf.file === 'dkms.conf' ? 'root' : 'elsewhere';
}

const parent = (file: string) => (dirname(file) === '.' ? '' : dirname(file));
const depth = (path: string) => (path === '' ? 0 : path.split('/').length);

async function list(root: string, below: string, levels: number): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory() && entry.name !== '.git' && levels > 0) {
      found.push(...(await list(root, path, levels - 1)));
    }
  }
  return found;
}
