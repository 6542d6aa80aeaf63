import { architectureOfRpm } from '../../kernel/architecture.ts';
import { error, type Finding, ok, unchecked, warning } from '../../module/verify/finding.ts';
import { findKernel } from '../../package/verify/find-kernel.ts';
import { type PackedModule, readPackedModules } from '../../package/verify/package-contents.ts';
import {
  type PackedModuleReport,
  type VerifyOptions,
  verifyPackedModules,
} from '../../package/verify/verify-package.ts';
import type { RpmPackage } from './read-rpm.ts';

/** Checks the compiled modules in an RPM package, and the relations of the package to their kernel. */
export async function verifyKmods(
  rpm: RpmPackage,
  options: VerifyOptions,
): Promise<{ findings: Finding[]; modules: PackedModuleReport[] }> {
  const packed = await readPackedModules(rpm.deb.contents(), options.certificates ?? []);
  const findings: Finding[] = [];
  const modules: PackedModuleReport[] = [];
  if (packed.length > 0 && rpm.architecture === 'noarch') {
    findings.push(
      error('architecture-all', 'the package has compiled modules, but the architecture noarch'),
    );
  }
  for (const release of new Set(packed.map((module) => module.release))) {
    const ofRelease = packed.filter((module) => module.release === release);
    const architecture = architectureOfRpm(rpm.architecture) ?? 'all';
    const kernel = options.kernel ?? (await findKernel(release, architecture, options.headers));
    if (kernel.missing !== undefined) findings.push(unchecked('headers', kernel.missing));
    findings.push(verifyRelation(rpm, release), verifyPlace(ofRelease), verifyDepmod(rpm, release));
    const where = { beside: [], elsewhere: otherKmods(rpm, release) };
    modules.push(...(await verifyPackedModules(ofRelease, kernel, options, where)));
  }
  return { findings, modules };
}

/** Returns the packages in Requires that have modules of other drivers for the same kernel. */
function otherKmods({ requires }: RpmPackage, release: string): string[] {
  return requires.filter((name) => name.startsWith('kmod-') && name.endsWith(`-${release}`));
}

/** Checks that the package requires its kernel, as Fedora's kmodtool and openSUSE's KMPs do. */
function verifyRelation({ relations }: RpmPackage, release: string): Finding {
  if (relations.includes(`kernel-uname-r = ${release}`)) {
    return ok('kernel-relation', `the package requires the kernel ${release}`);
  }
  // Packages of openSUSE require the kernel's symbols instead.
  if (relations.some((relation) => relation.startsWith('ksym('))) {
    return ok('kernel-relation', "the package requires the kernel's symbols");
  }
  const message = `the package does not require kernel-uname-r = ${release}, so it can be installed without its kernel`;
  return warning('no-kernel-relation', message);
}

/** Checks the directory of the modules: depmod prefers only updates/ and extra/ to the kernel's own modules. */
function verifyPlace(modules: readonly PackedModule[]): Finding {
  const other = modules.find(({ directory }) => !/^(?:updates|extra)(?:\/|$)/.test(directory));
  if (other !== undefined) {
    const message = `${other.path} is in neither extra/ nor updates/, so depmod may prefer a module of the kernel`;
    return warning('module-directory', message);
  }
  const [first] = modules;
  return ok(
    'module-directory',
    `the modules are in /${first?.base}/${first?.release}/${first?.directory}`,
  );
}

/**
 * Checks that the scripts call depmod when the package is installed and removed. weak-modules of Fedora and RHEL
 * calls it, too.
 */
function verifyDepmod({ scripts }: RpmPackage, release: string): Finding {
  const calls = (...names: readonly string[]) =>
    names.some((name) => /^[^#\n]*\b(?:depmod|weak-modules)\b/m.test(scripts.get(name) ?? ''));
  if (!calls('post', 'posttrans')) {
    const message =
      'neither %post nor %posttrans calls depmod, so modprobe will not find the modules';
    return error('no-depmod', message);
  }
  if (!calls('preun', 'postun')) {
    const message =
      'neither %preun nor %postun calls depmod, so modules.dep keeps the removed modules';
    return warning('no-depmod-postrm', message);
  }
  return ok('depmod', `the scripts of the package call depmod for ${release}`);
}
