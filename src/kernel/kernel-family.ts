import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelConfig } from './config.ts';

/** The distribution from which a kernel's packages are. Distributions give packages different names. */
export type KernelFamily = 'debian' | 'ubuntu' | 'proxmox';

/** Names of flavours that only Ubuntu has. They show the distribution if the headers do not name it. */
const UBUNTU_WORDS =
  'generic|lowlatency|aws|azure|azure-fde|gcp|gke|gkeop|ibm|intel-iotg|kvm|nvidia|oem|oracle|raspi|realtime';

/**
 * Returns the distribution that a kernel's release shows, for a kernel without headers. It is Debian unless the
 * release names another one.
 */
export function familyOfRelease(release: string): KernelFamily {
  if (release.startsWith('proxmox') || release.endsWith('-pve')) return 'proxmox';
  return new RegExp(`-(${UBUNTU_WORDS})(-64k|-tegra|-hwe)?$`).test(release) ? 'ubuntu' : 'debian';
}

/**
 * Returns the distribution of a headers directory. Proxmox is only recognized by the release, because its kernels
 * are built from Ubuntu's source. Otherwise UTS_VERSION decides (`#45-Ubuntu SMP …`, `#1 SMP … Debian 6.1.192-2`),
 * then Ubuntu's CONFIG_VERSION_SIGNATURE. Headers without UTS_VERSION are Ubuntu's if the kernel was compiled with
 * Ubuntu's compiler. At last the source package and the release decide.
 */
export async function kernelFamilyOf(
  directory: string,
  kernel: { release: string; config: KernelConfig; sourcePackage: string | undefined },
): Promise<KernelFamily> {
  const { release, config, sourcePackage } = kernel;
  const byRelease = familyOfRelease(release);
  if (byRelease === 'proxmox') return byRelease;
  const said = await utsVersion(directory);
  if (/-Ubuntu\b/.test(said ?? '')) return 'ubuntu';
  if (/\bDebian\b/.test(said ?? '')) return 'debian';
  if (config.get('CONFIG_VERSION_SIGNATURE')?.startsWith('Ubuntu ')) return 'ubuntu';
  const compiler = config.get('CONFIG_CC_VERSION_TEXT') ?? '';
  if (said === undefined && /\bUbuntu\b/.test(compiler)) return 'ubuntu';
  if (new RegExp(`^linux-(hwe|${UBUNTU_WORDS})\\b`).test(sourcePackage ?? '')) return 'ubuntu';
  return byRelease;
}

/**
 * Returns what `uname -v` prints under the kernel; undefined if the headers do not contain it. Until Linux 6.0 it
 * is in compile.h.
 */
export async function utsVersion(directory: string): Promise<string | undefined> {
  for (const file of ['utsversion.h', 'compile.h']) {
    const path = join(directory, 'include/generated', file);
    const text = await readFile(path, 'utf8').catch(() => '');
    const version = /^#define UTS_VERSION "(.*)"$/m.exec(text)?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}
