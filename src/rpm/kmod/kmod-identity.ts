import { KernelError } from '../../errors.ts';
import { rpmArchitectureOf } from '../../kernel/architecture.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import type { KernelDependency } from '../../package/modules/package-choices.ts';
import { type RpmVersion, rpmVersionOf } from '../rpm-version.ts';

/** The name and version of an RPM package with the modules for one kernel. */
export interface KmodIdentity {
  /** The part of the name that stands for the driver. */
  readonly stem: string;
  /** `kmod-<stem>-<release>`, as kmodtool of RPM Fusion names such packages. */
  readonly name: string;
  readonly version: RpmVersion;
  readonly architecture: string;
  readonly fileName: string;
}

/** Returns the name and version of the RPM package with a driver's modules for one kernel. */
export function kmodIdentity(
  headers: Pick<KernelHeaders, 'release' | 'architecture'>,
  driver: Pick<DriverDescription, 'dkmsPackage' | 'version'>,
): KmodIdentity {
  const stem = driver.dkmsPackage.replace(/-dkms$/, '');
  // The name of an RPM package must not contain a tilde (rpm: build/parsePreamble.c).
  const name = `kmod-${stem}-${headers.release.replaceAll('~', '_')}`;
  const version = rpmVersionOf(driver.version);
  const architecture = rpmArchitectureOf(headers.architecture);
  const fileName = `${name}-${version.version}-${version.release}.${architecture}.rpm`;
  return { stem, name, version, architecture, fileName };
}

/**
 * Whether a relation can contain the release of a kernel. rpm allows one hyphen in the version of a relation, and
 * takes the text after it as the release of a package (rpm: build/rpmbuild.c, "double separator"). The releases of
 * Debian's and openSUSE's kernels have two hyphens.
 */
function isRelatable(release: string): boolean {
  return release.split('-').length <= 2;
}

/** Whether the package for a kernel requires the kernel, and provides the relation kernel-modules-for-kernel. */
export function hasKernelRelations(
  { release }: Pick<KernelHeaders, 'release'>,
  wish: KernelDependency | undefined,
): boolean {
  return wish !== 'none' && isRelatable(release);
}

/**
 * Throws KernelError `rpm-kernel-release` for a kernel that an RPM package cannot require, unless the user has asked
 * for a package without this relation.
 */
export function checkKmodRelease(
  { release }: Pick<KernelHeaders, 'release'>,
  wish: KernelDependency | undefined,
): void {
  if (wish === 'none' || isRelatable(release)) return;
  throw new KernelError(
    'rpm-kernel-release',
    `an RPM package cannot require the kernel ${release}: rpm allows only one hyphen in its release`,
    {
      hint: 'Use --kernel-dep none: the package can then be installed without its kernel. Or use the package of dkms-deb rpm, which is compiled on the target machine.',
    },
  );
}
