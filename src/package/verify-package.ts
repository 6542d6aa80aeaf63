import type { X509Certificate } from 'node:crypto';
import { InputError } from '../errors.ts';
import type { Finding } from '../module/finding.ts';
import { type KernelExport, readKernelExports } from '../module/kernel-exports.ts';
import { type ModuleReport, verifyModule } from '../module/verify.ts';
import { verifyChecksums } from './verify-checksums.ts';
import { type PackageContents, type PackedModule, readContents } from './verify-contents.ts';
import { verifyDkmsPackage } from './verify-dkms-package.ts';
import { findKernel } from './verify-kernel.ts';
import { verifyModulesPackage } from './verify-modules-package.ts';

export interface VerifyOptions {
  /** Kernel headers; undefined: those that are installed. */
  readonly headers?: string | undefined;
  /** Module.symvers files of other drivers that the modules import from. */
  readonly symvers?: readonly string[];
  readonly certificate?: X509Certificate | undefined;
  /** Whether dkms.conf may be run. */
  readonly evaluate: boolean;
}

export interface PackedModuleReport extends ModuleReport {
  readonly path: string;
  readonly release: string;
}

/** What a package is and what was found in it. */
export interface PackageReport {
  readonly file: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Of the package as a whole. */
  readonly findings: readonly Finding[];
  readonly modules: readonly PackedModuleReport[];
}

/**
 * Checks a .deb that has compiled modules or module source for DKMS, on its own bytes: whoever made
 * it, nothing it says is believed. ArchiveError for what is no .deb, InputError `nothing-to-verify`.
 */
export async function verifyPackage(file: string, options: VerifyOptions): Promise<PackageReport> {
  const contents = await readContents(file, options.certificate);
  const { fields, modules, dkmsTrees } = contents;
  if (modules.length === 0 && dkmsTrees.length === 0) {
    throw new InputError('nothing-to-verify', 'it has neither modules nor source for DKMS', {
      where: { file },
      hint: 'verify is for packages with /lib/modules/*/*.ko or /usr/src/*/dkms.conf.',
    });
  }
  const findings = verifyChecksums(contents);
  const reports: PackedModuleReport[] = [];
  const others = await readKernelExports(...(options.symvers ?? []));
  for (const release of new Set(modules.map((module) => module.release))) {
    const packed = modules.filter((module) => module.release === release);
    const checked = await verifyRelease(contents, release, packed, others, options);
    findings.push(...checked.findings);
    reports.push(...checked.modules);
  }
  if (dkmsTrees.length > 0) findings.push(...(await verifyDkmsPackage(contents, options.evaluate)));
  return {
    file,
    name: fields.get('Package') ?? '',
    version: fields.get('Version') ?? '',
    architecture: fields.get('Architecture') ?? '',
    findings,
    modules: reports,
  };
}

async function verifyRelease(
  contents: PackageContents,
  release: string,
  packed: readonly PackedModule[],
  others: ReadonlyMap<string, KernelExport>,
  options: VerifyOptions,
): Promise<{ findings: Finding[]; modules: PackedModuleReport[] }> {
  const architecture = contents.fields.get('Architecture') ?? 'all';
  const kernel = await findKernel(release, architecture, options.headers);
  const otherExports = new Map(others);
  for (const { facts } of packed) {
    for (const [name, symbol] of facts.elf?.exports ?? []) otherExports.set(name, symbol);
  }
  const otherModules = new Set(packed.map(({ facts }) => facts.name));
  for (const { owner } of others.values()) otherModules.add(lastPart(owner));
  const findings: Finding[] = [];
  if (kernel.missing !== undefined) {
    findings.push({ level: 'unchecked', code: 'headers', message: kernel.missing });
  }
  findings.push(...verifyModulesPackage({ ...contents, modules: packed }, kernel));
  const mustBeSigned = options.certificate !== undefined;
  const against = { ...kernel, otherExports, otherModules, mustBeSigned };
  const modules = packed.map(({ path, facts }) => ({
    path,
    release,
    ...verifyModule(facts, against),
  }));
  return { findings, modules };
}

function lastPart(owner: string): string {
  return owner.slice(owner.lastIndexOf('/') + 1).replaceAll('-', '_');
}
