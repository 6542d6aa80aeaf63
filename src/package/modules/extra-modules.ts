import { readFile } from 'node:fs/promises';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { familyOfRelease } from '../../kernel/kernel-family.ts';
import { debianRelease } from '../../kernel/release.ts';
import type { Exports } from '../../kernel/symvers.ts';
import { readModuleFacts } from '../../module/format/module-facts.ts';
import { run } from '../../system/process/run.ts';
import { escapeRegExp } from '../../system/text/escape-reg-exp.ts';

/** What is known about the kernel's modules that a driver's modules need. */
export interface ExtraModules {
  /** `linux-modules-extra-<release>` if this package has one of the needed modules. Undefined otherwise. */
  readonly dependency: string | undefined;
  /** Modules of the kernel whose package is not known. */
  readonly unknown: readonly string[];
}

type ListOf = (name: string) => Promise<string | undefined>;

/**
 * Returns what a package of modules for Ubuntu's kernel needs of linux-modules-extra-*. Ubuntu divides a kernel's
 * modules between linux-modules-K, on which the image depends, and linux-modules-extra-K, on which it does not depend.
 * Module.symvers names the module of each symbol, but not the package of the module. Only dpkg's lists of the files of
 * installed packages show this package. For headers of an archive these lists are not read, because a build must not
 * depend on the machine.
 */
export async function extraModules(
  headers: Pick<KernelHeaders, 'release' | 'family' | 'archive'>,
  modules: readonly { readonly file: string }[],
  kernelExports: () => Promise<Exports>,
  listOf: ListOf = installedFiles,
): Promise<ExtraModules> {
  const { release, family = familyOfRelease(release), archive } = headers;
  if (family !== 'ubuntu') return { dependency: undefined, unknown: [] };
  const owners = await ownersOfImports(modules, await kernelExports());
  if (owners.length === 0) return { dependency: undefined, unknown: [] };
  const name = debianRelease(release);
  const extraName = `linux-modules-extra-${name}`;
  const [extra, plain] =
    archive === undefined
      ? await Promise.all([listOf(extraName), listOf(`linux-modules-${name}`)])
      : [];
  const has = (list: string | undefined, owner: string) =>
    new RegExp(`/${escapeRegExp(release)}/kernel/${escapeRegExp(owner)}\\.ko`).test(list ?? '');
  const isExtra = owners.some((owner) => has(extra, owner));
  const unknown = owners.filter((owner) => !has(extra, owner) && !has(plain, owner));
  return { dependency: isExtra ? extraName : undefined, unknown };
}

/** Returns the modules of the kernel that export what the driver's modules import, as Module.symvers names them. */
async function ownersOfImports(
  modules: readonly { readonly file: string }[],
  exports: Exports,
): Promise<string[]> {
  const owners = new Set<string>();
  for (const { file } of modules) {
    const { elf } = await readModuleFacts(file, await readFile(file));
    for (const symbol of elf?.imports ?? []) {
      const owner = exports.get(symbol)?.owner;
      if (owner !== undefined && owner !== 'vmlinux') owners.add(owner);
    }
  }
  return [...owners].sort();
}

/** Returns the list of a package's files; undefined if the package is not installed. */
async function installedFiles(name: string): Promise<string | undefined> {
  const { exitStatus, stdout } = await run('dpkg-query', ['-L', name], { accept: [0, 1, 2] });
  return exitStatus === 0 ? stdout : undefined;
}
