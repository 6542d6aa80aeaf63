import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelConfig } from './config.ts';

/** Whose packages a kernel comes in: their names and what they provide differ. */
export type KernelFamily = 'debian' | 'ubuntu' | 'proxmox';

/** Where the headers say nothing: of Ubuntu's flavours those that nobody else has. */
const UBUNTU_WORDS =
  'generic|lowlatency|aws|azure|azure-fde|gcp|gke|gkeop|ibm|intel-iotg|kvm|nvidia|oem|oracle|raspi|realtime';

/**
 * The family by the release alone, Debian's where it names none of the others: all that is known of a
 * kernel without headers.
 */
export function familyOfRelease(release: string): KernelFamily {
  if (release.startsWith('proxmox') || release.endsWith('-pve')) return 'proxmox';
  return new RegExp(`-(${UBUNTU_WORDS})(-64k|-tegra|-hwe)?$`).test(release) ? 'ubuntu' : 'debian';
}

/**
 * The family of a headers directory. What the kernel's build says of itself goes first: UTS_VERSION
 * (`#45-Ubuntu SMP …`, `#1 SMP … Debian 6.1.192-2`) and Ubuntu's CONFIG_VERSION_SIGNATURE; then, in
 * headers without UTS_VERSION, who made the compiler: with Ubuntu's anybody builds kernels. Proxmox's are
 * made from Ubuntu's source, which only their release tells.
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

/** `uname -v` of the kernel; in compile.h until Linux 6.0. undefined where the headers do not have it. */
export async function utsVersion(directory: string): Promise<string | undefined> {
  for (const file of ['utsversion.h', 'compile.h']) {
    const path = join(directory, 'include/generated', file);
    const text = await readFile(path, 'utf8').catch(() => '');
    const version = /^#define UTS_VERSION "(.*)"$/m.exec(text)?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}
