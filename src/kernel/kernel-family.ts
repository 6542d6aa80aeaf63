import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelConfig } from './config.ts';

/** The distribution that made the packages of a kernel. Distributions give these packages different names. */
export type KernelFamily = 'debian' | 'ubuntu' | 'proxmox';

/** Names of flavours that only Ubuntu has. They show the distribution if the headers do not. */
const UBUNTU_WORDS =
  'generic|lowlatency|aws|azure|azure-fde|gcp|gke|gkeop|ibm|intel-iotg|kvm|nvidia|oem|oracle|raspi|realtime';

/**
 * Returns the distribution that the release of a kernel shows, for use if nothing else shows the distribution. It is
 * Debian unless the release shows another one.
 */
export function familyOfRelease(release: string): KernelFamily {
  if (release.startsWith('proxmox') || release.endsWith('-pve')) return 'proxmox';
  return new RegExp(`-(${UBUNTU_WORDS})(-64k|-tegra|-hwe)?$`).test(release) ? 'ubuntu' : 'debian';
}

/**
 * Returns the distribution of a headers directory. Only the release shows Proxmox, because its kernels are built from
 * the source of Ubuntu. Otherwise UTS_VERSION decides (`#45-Ubuntu SMP …`, `#1 SMP … Debian 6.1.192-2`), then
 * CONFIG_VERSION_SIGNATURE of Ubuntu. Headers without UTS_VERSION belong to Ubuntu if a compiler of Ubuntu compiled the
 * kernel. If none of these decides, the source package and the release do.
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
 * Returns the output of `uname -v` under the kernel. Returns undefined if the headers do not contain this text. It is
 * in utsversion.h, and until Linux 6.0 in compile.h.
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
