import { type Alternatives, parseRelations } from '../../debian/relations.ts';
import { DkmsDebError } from '../../errors.ts';
import { debianRelease } from '../../kernel/release.ts';
import { enumerate, error, type Finding, ok, warning } from '../../module/verify/finding.ts';
import type { KnownKernel } from './find-kernel.ts';
import type { PackageContents } from './package-contents.ts';

/** Names of the kernel's own packages. Checks for packages of drivers do not apply to them. */
export const KERNEL_PACKAGE = /^linux-(image|binary|modules|base|headers)\b/;

/**
 * Checks a package of compiled modules, except the modules themselves: name, dependency on the image, directory of the
 * modules, and depmod in the maintainer scripts. Of the kernel's own packages only the fields Kernel-Release and
 * Architecture are checked.
 */
export function verifyModulesPackage(contents: PackageContents, kernel: KnownKernel): Finding[] {
  const name = contents.fields.get('Package') ?? '';
  const findings = [...verifyFields(contents, kernel)];
  if (KERNEL_PACKAGE.test(name)) return findings;
  findings.push(verifyName(name, kernel.release), ...verifyImage(contents, kernel));
  findings.push(...verifyPlace(contents, kernel), ...verifyDepmod(contents, kernel));
  return findings;
}

function verifyFields({ fields }: PackageContents, { release }: KnownKernel): Finding[] {
  const findings: Finding[] = [];
  const declared = fields.get('Kernel-Release');
  if (declared !== undefined && declared !== release) {
    findings.push(
      error(
        'kernel-release',
        `the field Kernel-Release is ${declared}, but the modules are for ${release}`,
      ),
    );
  }
  if (fields.get('Architecture') === 'all') {
    findings.push(
      error('architecture-all', 'the package has compiled modules, but Architecture: all'),
    );
  }
  return findings;
}

/**
 * Checks that the package is named `<name>-modules-<release>`. Only with such a name apt keeps the package as long
 * as its kernel (APT::VersionedKernelPackages).
 */
function verifyName(name: string, release: string): Finding {
  const suffix = `-modules-${debianRelease(release)}`;
  if (name.endsWith(suffix)) return ok('package-name', `apt keeps ${name} as long as its kernel`);
  return warning(
    'package-name',
    `apt autoremove may remove ${name}; apt keeps only packages whose names end in ${suffix}`,
  );
}

function dependenciesOf(fields: PackageContents['fields'], file: string): Alternatives[] {
  return [fields.get('Pre-Depends'), fields.get('Depends')].flatMap((text) =>
    parseRelations(text ?? '', { file }),
  );
}

/**
 * Returns the packages with modules of other drivers for the same kernel among the dependencies of a package. Returns
 * none if Depends or Pre-Depends is malformed.
 */
export function otherModulesPackages({ fields, deb }: PackageContents, release: string): string[] {
  try {
    const names = dependenciesOf(fields, deb.path).flatMap((each) => each.map(({ name }) => name));
    const suffix = `-modules-${debianRelease(release)}`;
    return names.filter((name) => name.endsWith(suffix) && !KERNEL_PACKAGE.test(name));
  } catch (error) {
    // verifyImage reports a malformed field.
    if (error instanceof DkmsDebError) return [];
    throw error;
  }
}

function verifyImage(
  { fields, deb }: PackageContents,
  { release, config }: KnownKernel,
): Finding[] {
  const kernel = debianRelease(release);
  const isImage = (name: string) =>
    /^(linux-(image|binary|modules)|proxmox-kernel|pve-kernel)-/.test(name) &&
    name.includes(kernel);
  let relations: Alternatives[];
  try {
    relations = dependenciesOf(fields, deb.path);
  } catch (thrown) {
    if (!(thrown instanceof DkmsDebError)) throw thrown;
    return [error('relations', thrown.message)];
  }
  const image = relations.find((alternatives) => alternatives.some(({ name }) => isImage(name)));
  if (image === undefined) {
    const message = `the package does not depend on the kernel's image (linux-image-${kernel}), so the package can be installed without the kernel`;
    return [warning('no-image-dependency', message)];
  }
  const exact = image.every(({ version }) => version?.operator === '=');
  if (
    !exact &&
    config !== undefined &&
    config.size > 0 &&
    config.get('CONFIG_MODVERSIONS') !== 'y'
  ) {
    const message =
      'the kernel has no modversions, so the dependency on its image must name the exact version';
    return [warning('inexact-image-dependency', message)];
  }
  return [
    ok('image-dependency', `the package depends on ${image.map(({ name }) => name).join(' | ')}`),
  ];
}

/**
 * Checks that no two modules have the same name. Also checks the directory of the modules: depmod must prefer this
 * directory to others, DKMS must not use it, and it must be below the same lib/modules as the kernel's modules.
 */
function verifyPlace({ modules }: PackageContents, kernel: KnownKernel): Finding[] {
  const findings: Finding[] = [];
  const names = modules.map(({ facts }) => facts.name);
  const twice = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
  if (twice.length > 0) {
    const message = `the package has several modules of one name, and it is undefined which of them is loaded: ${enumerate(twice)}`;
    findings.push(error('several-copies', message));
  }
  if (modules.some(({ directory }) => /^updates\/dkms(\/|$)/.test(directory))) {
    const message =
      'the modules are in updates/dkms, where DKMS removes files; the directory should be updates';
    findings.push(warning('dkms-directory', message));
  } else if (modules.some(({ directory }) => !/^updates(\/|$)/.test(directory))) {
    const message =
      "the modules are not in updates/, the directory that depmod prefers to the kernel's own modules";
    findings.push(warning('module-directory', message));
  }
  const wanted = kernel.moduleDirectory?.slice(1);
  const other = modules.find(({ base }) => wanted !== undefined && base !== wanted);
  if (other !== undefined) {
    findings.push(
      warning(
        'module-base',
        `the modules are in /${other.base}, but the kernel's own modules are in /${wanted}`,
      ),
    );
  }
  if (findings.length > 0) return findings;
  const [first] = modules;
  return [
    ok(
      'module-directory',
      `the modules are in /${first?.base}/${kernel.release}/${first?.directory}`,
    ),
  ];
}

function verifyDepmod({ deb }: PackageContents, { release }: KnownKernel): Finding[] {
  const script = deb.control.get('postinst')?.toString('utf8') ?? '';
  const lines = script.split('\n').filter((line) => /^[^#]*\bdepmod\b/.test(line));
  if (lines.length === 0) {
    return [
      error(
        'no-depmod',
        'postinst does not call depmod, so modprobe will not find the modules of the package',
      ),
    ];
  }
  if (!lines.some((line) => line.includes(release) || line.includes('$'))) {
    const message = `postinst calls depmod for the running kernel, not for ${release}`;
    return [warning('depmod-release', message)];
  }
  if (!deb.control.get('postrm')?.toString('utf8').includes('depmod')) {
    const message = 'postrm does not call depmod, so modules.dep keeps the removed modules';
    return [warning('no-depmod-postrm', message)];
  }
  return [ok('depmod', `postinst and postrm call depmod for ${release}`)];
}
