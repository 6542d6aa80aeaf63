import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isPackageName } from '../../debian/package-name.ts';
import { InputError } from '../../errors.ts';
import type { ConfiguredDriver } from '../config/fleet-config.ts';

/** The options of a driver that is a tree: how it is read, and which version its packages get. */
export interface TreeChoices {
  readonly conf?: string | undefined;
  readonly set?: Readonly<Record<string, string>> | undefined;
  readonly snapshot?: boolean | undefined;
  readonly suffix?: string | undefined;
}

/** A driver as dkms-deb.yaml names it, and the kind of its source. */
export type DriverSpec = TreeChoices &
  (
    | { readonly kind: 'tree' | 'deb'; readonly path: string }
    | { readonly kind: 'git'; readonly url: string; readonly ref: string | undefined }
    | { readonly kind: 'archive'; readonly name: string; readonly suite: string | undefined }
  );

/**
 * Returns which source a driver of dkms-deb.yaml names. Paths are relative to `base`. Throws InputError
 * `no-such-driver` for a path that does not exist, for a text that names no source, and for a package or suite whose
 * name is not valid. Whether the git repository, package or suite exists is not checked.
 */
export function driverSpec(driver: ConfiguredDriver, base: string): DriverSpec {
  if (typeof driver === 'string') return specOfText(driver, base);
  if ('path' in driver) {
    const { path, ...choices } = driver;
    return { kind: 'tree', path: existing(path, base), ...choices };
  }
  if ('git' in driver) {
    const { git, ref, ...choices } = driver;
    return { kind: 'git', url: urlOf(git, base), ref, ...choices };
  }
  if ('deb' in driver) return { kind: 'deb', path: existing(driver.deb, base) };
  return archiveSpec(driver.package, driver.suite);
}

function specOfText(text: string, base: string): DriverSpec {
  const path = resolve(base, text);
  if (text.endsWith('.deb')) return { kind: 'deb', path: existing(text, base) };
  if (existsSync(path)) return { kind: 'tree', path };
  if (/^[a-z+]+:\/\/|^[\w.-]+@[\w.-]+:|\.git$/.test(text)) {
    return { kind: 'git', url: urlOf(text, base), ref: undefined };
  }
  if (isPackageName(text)) return archiveSpec(text, undefined);
  throw missing(text);
}

function archiveSpec(name: string, suite: string | undefined): DriverSpec {
  if (!isPackageName(name)) throw missing(name);
  if (suite !== undefined && !/^[a-z][a-z0-9./-]*$/.test(suite)) {
    throw new InputError('no-such-driver', `${JSON.stringify(suite)} is not the name of a suite`, {
      hint: 'Name a suite such as trixie or trixie-backports.',
    });
  }
  return { kind: 'archive', name, suite };
}

function urlOf(text: string, base: string): string {
  return existsSync(resolve(base, text)) ? resolve(base, text) : text;
}

function existing(path: string, base: string): string {
  if (existsSync(join(resolve(base, path)))) return resolve(base, path);
  throw missing(path);
}

function missing(text: string): InputError {
  return new InputError('no-such-driver', `there is no driver ${JSON.stringify(text)}`, {
    hint: 'Name a directory, a git repository, a *-dkms*.deb, or a package of an archive.',
  });
}
