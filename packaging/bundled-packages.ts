import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../src/errors.ts';
import { findCopyrights, formatHolder } from '../src/facts/licence/copyright-holders.ts';
import { checkLicence } from './licences.ts';

/** An npm package of which code is in the bundle, as its own package.json and licence file tell. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** Where npm put it: `node_modules/npm-run-path/node_modules/path-key`. */
  readonly directories: readonly string[];
  /** SPDX. */
  readonly license: string;
  /** One holder a line: `2010 James Halliday <mail@substack.net>`. */
  readonly copyright: readonly string[];
  /** The licence file. */
  readonly text: string;
  /** The NOTICE file, which goes with the licence (Apache-2.0, 4 d). */
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
 * The npm packages that these modules belong to, sorted by name. `modules`: absolute paths as the
 * bundler has them; what does not lie below a node_modules is left out. InputError
 * `bundled-licence` for a package without a licence that is known, or without its text.
 */
export function bundledPackages(modules: Iterable<string>): BundledPackage[] {
  const directories = new Set<string>();
  for (const module of modules) {
    const directory = packageDirectory(module);
    if (directory !== undefined) directories.add(directory);
  }
  // npm may have one version of a package in several places, and several versions of one.
  const found = new Map<string, BundledPackage>();
  for (const directory of [...directories].sort()) {
    const bundled = readPackage(directory);
    const key = `${bundled.name} ${bundled.version}`;
    const known = found.get(key)?.directories ?? [];
    found.set(key, { ...bundled, directories: [...known, ...bundled.directories] });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bundled]) => bundled);
}

/** The directory of the package a module is of: `…/node_modules/@sec-ant/readable-stream`. */
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
      hint: 'Its licence has to come with the bundle. Ask upstream, or do without the package.',
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

/** Whom the licence file names; else the author, else "the contributors". */
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
