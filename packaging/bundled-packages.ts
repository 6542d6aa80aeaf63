import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCopyrights, formatHolder, InputError } from '../src/library.ts';
import { checkLicence } from './licences.ts';

/** An npm package with code in the bundle, by its package.json and licence file. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** The directories of its copies, such as `node_modules/npm-run-path/node_modules/path-key`. */
  readonly directories: readonly string[];
  /** The SPDX identifier. */
  readonly license: string;
  /** The copyright holders, such as `2010 James Halliday <mail@substack.net>`. */
  readonly copyright: readonly string[];
  /** The text of the licence file. */
  readonly text: string;
  /** The text of the NOTICE file, which must be distributed, too (Apache-2.0, 4 d). */
  readonly notice?: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly author?: string | { readonly name?: string; readonly email?: string };
}

const LICENCE_FILE = /^(?:licen[cs]e|copying)(?:[-.](?:mit|md|txt|markdown))*$/i;
const NOTICE_FILE = /^notice(?:\.(?:md|txt))?$/i;

/**
 * Returns the npm packages of `modules`, absolute paths from the bundler, sorted by name. Modules outside node_modules
 * are left out. Throws InputError `bundled-licence` for a package whose licence is unknown or whose licence text is
 * missing.
 */
export function bundledPackages(modules: Iterable<string>): BundledPackage[] {
  const directories = new Set<string>();
  for (const module of modules) {
    const directory = packageDirectory(module);
    if (directory !== undefined) directories.add(directory);
  }
  // npm may install several versions of a package, and one version in several directories.
  const found = new Map<string, BundledPackage>();
  for (const directory of [...directories].sort()) {
    const bundled = readPackage(directory);
    const key = `${bundled.name} ${bundled.version}`;
    const known = found.get(key)?.directories ?? [];
    found.set(key, { ...bundled, directories: [...known, ...bundled.directories] });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bundled]) => bundled);
}

/** Returns the directory of a module's package, such as `…/node_modules/@sec-ant/readable-stream`. */
function packageDirectory(module: string): string | undefined {
  return /^\/.*\/node_modules\/(?:@[^/]+\/)?[^/@]+(?=\/)/.exec(module)?.[0];
}

function readPackage(directory: string): BundledPackage {
  const file = join(directory, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const { name, version } = manifest;
  if (!name || !version) {
    throw new InputError('bundled-licence', 'a package in the bundle has no name or no version', {
      where: { file },
    });
  }
  const names = readdirSync(directory);
  const licenceFile = names.find((entry) => LICENCE_FILE.test(entry));
  if (licenceFile === undefined) {
    throw new InputError('bundled-licence', `${name} ${version} has no licence file`, {
      where: { file: directory },
      hint: 'Ask upstream for a licence file, or do without the package: the bundle must contain the licence.',
    });
  }
  const path = join(directory, licenceFile);
  const text = tidy(readFileSync(path, 'utf8'));
  const license = checkLicence(manifest.license, text, path);
  const noticeFile = names.find((entry) => NOTICE_FILE.test(entry));
  const notice = noticeFile && tidy(readFileSync(join(directory, noticeFile), 'utf8'));
  const copyright = copyrightOf([text, notice ?? ''].join('\n'), manifest, name);
  const directories = [directory.slice(directory.indexOf('/node_modules/') + 1)];
  return { name, version, directories, license, copyright, text, ...(notice ? { notice } : {}) };
}

/** Returns the copyright holders in the licence and NOTICE files; else the author, else "the contributors". */
function copyrightOf(text: string, { author }: Manifest, name: string): string[] {
  const { all } = findCopyrights([{ path: 'LICENSE', kind: 'licence', size: text.length, text }]);
  if (all.length > 0) return all.map(formatHolder);
  const person = typeof author === 'object' ? author.name : author;
  // "Holepunch", "ehmicky <ehmicky@gmail.com> (https://github.com/ehmicky)"
  const holder = person?.replace(/\s*\([^)]*\)/, '').trim();
  return [holder || `the contributors of ${name}`];
}

function tidy(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+$/gm, '')
    .trim();
}
