import type { X509Certificate } from 'node:crypto';
import { type Exports, readSymvers } from '../../kernel/symvers.ts';
import { moduleName } from '../../module/format/module-path.ts';
import { type Finding, unchecked } from '../../module/verify/finding.ts';
import { type ModuleReport, verifyModule } from '../../module/verify/verify-module.ts';
import { findKernel, type KnownKernel } from './find-kernel.ts';
import type { PackageContents, PackedModule } from './package-contents.ts';
import { verifyChecksums } from './verify-checksums.ts';
import { verifyCommonPackage } from './verify-common-package.ts';
import { isDbgsymPackage, verifyDbgsymPackage } from './verify-dbgsym-package.ts';
import { verifyDkmsPackage } from './verify-dkms-package.ts';
import { verifyMetaPackage } from './verify-meta-package.ts';
import { otherModulesPackages, verifyModulesPackage } from './verify-modules-package.ts';
import { verifyTogether } from './verify-together.ts';

/** The inputs for verifying a package, besides its contents. */
export interface VerifyOptions {
  /** The directory with the kernel's headers (--headers). By default installed headers are used. */
  readonly headers?: string | undefined;
  /** The Module.symvers files of other drivers (--symvers) whose symbols the modules import. */
  readonly symvers?: readonly string[];
  /** The certificates with which signatures were checked when the package was read. */
  readonly certificates?: readonly X509Certificate[];
  /** Whether a module without a signature is an error; by default if there are certificates. */
  readonly mustBeSigned?: boolean;
  /** The kernel of the modules. By default it is found by its release. */
  readonly kernel?: KnownKernel;
  /** The exports of other modules that the package's modules may use, in addition to the exports in `symvers`. */
  readonly otherExports?: Exports;
  /** Whether the dkms.conf of a package may be run. */
  readonly evaluate: boolean;
}

/** The result of verifying one module of a package. */
export interface PackedModuleReport extends ModuleReport {
  readonly path: string;
  readonly release: string;
}

/** The result of verifying a package. */
export interface PackageReport {
  readonly file: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Findings about the package as a whole. */
  readonly findings: readonly Finding[];
  readonly modules: readonly PackedModuleReport[];
}

/**
 * Checks a .deb with compiled modules, or with the source of modules for DKMS. Any program may have made the .deb. The
 * packages in `beside` are installed together with this package, so its modules may import symbols of modules in
 * `beside`.
 */
export async function verifyPackage(
  contents: PackageContents,
  beside: readonly PackageContents[],
  options: VerifyOptions,
): Promise<PackageReport> {
  const { fields, modules, dkmsTrees } = contents;
  const name = fields.get('Package') ?? '';
  const findings = [...contents.structure, ...verifyChecksums(contents)];
  if (isDbgsymPackage(contents)) findings.push(...verifyDbgsymPackage(contents, beside));
  else if (modules.length === 0 && dkmsTrees.length === 0) {
    findings.push(
      ...(verifyCommonPackage(contents, beside) ??
        verifyMetaPackage(contents, beside) ?? [nothingToVerify(name)]),
    );
  }
  const reports: PackedModuleReport[] = [];
  for (const release of new Set(modules.map((module) => module.release))) {
    const checked = await verifyRelease(contents, release, beside, options);
    findings.push(...checked.findings);
    reports.push(...checked.modules);
  }
  if (dkmsTrees.length > 0) findings.push(...(await verifyDkmsPackage(contents, options.evaluate)));
  return {
    file: contents.deb.path,
    name,
    version: fields.get('Version') ?? '',
    architecture: fields.get('Architecture') ?? '',
    findings,
    modules: reports,
  };
}

/**
 * Returns the finding about a package that has neither modules nor source. The finding is an error if a package with
 * this name should have modules or source.
 */
function nothingToVerify(name: string): Finding {
  const message = 'the package has neither modules in /lib/modules nor module source in /usr/src';
  const promises = /-dkms$|-modules-\d/.test(name);
  return { level: promises ? 'error' : 'unchecked', code: 'nothing-to-verify', message };
}

/** Checks the modules of a package that are for one kernel release. */
async function verifyRelease(
  contents: PackageContents,
  release: string,
  beside: readonly PackageContents[],
  options: VerifyOptions,
): Promise<{ findings: Finding[]; modules: PackedModuleReport[] }> {
  const architecture = contents.fields.get('Architecture') ?? 'all';
  const kernel = options.kernel ?? (await findKernel(release, architecture, options.headers));
  const ofRelease = (one: PackageContents) =>
    one.modules.filter((module) => module.release === release);
  const packed = ofRelease(contents);
  const others = beside.filter((one) => one !== contents);
  const findings: Finding[] = [];
  if (kernel.missing !== undefined) {
    findings.push(unchecked('headers', kernel.missing));
  }
  findings.push(...verifyModulesPackage({ ...contents, modules: packed }, kernel));
  findings.push(...verifyTogether(contents, others, release));
  const together = new Set(beside.map(({ fields }) => fields.get('Package')));
  const elsewhere = otherModulesPackages(contents, release).filter((name) => !together.has(name));
  const modulesBeside = others.map((one) => ({
    name: one.fields.get('Package') ?? one.deb.path,
    modules: ofRelease(one),
  }));
  const where = { beside: modulesBeside, elsewhere };
  return { findings, modules: await verifyPackedModules(packed, kernel, options, where) };
}

/**
 * Checks the modules of a package for one kernel, whatever the format of the package is. `beside` are the modules of
 * packages that are verified together with this package. `elsewhere` are the names of other packages on which this
 * package depends.
 */
export async function verifyPackedModules(
  packed: readonly PackedModule[],
  kernel: KnownKernel,
  options: VerifyOptions,
  where: {
    readonly beside: readonly {
      readonly name: string;
      readonly modules: readonly PackedModule[];
    }[];
    readonly elsewhere: readonly string[];
  },
): Promise<PackedModuleReport[]> {
  const { elsewhere } = where;
  const otherExports = new Map([
    ...(await readSymvers(...(options.symvers ?? []))),
    ...(options.otherExports ?? []),
  ]);
  const otherModules = new Set([...otherExports.values()].map(({ owner }) => moduleName(owner)));
  const modulesBeside = where.beside.flatMap(({ modules }) => modules);
  for (const { facts } of [...modulesBeside, ...packed]) otherModules.add(facts.name);
  // The package's modules were built with the exports of the package itself, so these take precedence over other
  // exports.
  for (const [name, symbol] of exportsOf(packed)) otherExports.set(name, symbol);
  const beside = where.beside.map(({ name, modules }) => ({ name, exports: exportsOf(modules) }));
  const mustBeSigned = options.mustBeSigned ?? (options.certificates ?? []).length > 0;
  const against = { ...kernel, otherExports, beside, otherModules, elsewhere, mustBeSigned };
  return packed.map(({ path, release, facts }) => ({
    path,
    release,
    ...verifyModule(facts, against),
  }));
}

function exportsOf(modules: readonly PackedModule[]): Exports {
  return new Map(modules.flatMap(({ facts }) => [...(facts.elf?.exports ?? [])]));
}
