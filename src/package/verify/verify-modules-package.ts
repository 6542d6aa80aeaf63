import { type Alternatives, parseRelations } from '../../debian/relations.ts';
import { DkmsDebError } from '../../errors.ts';
import { debianRelease } from '../../kernel/release.ts';
import { enumerate, type Finding } from '../../module/verify/finding.ts';
import type { PackageContents } from './verify-contents.ts';
import type { KnownKernel } from './verify-kernel.ts';

/** linux-image-K, linux-binary-K, …: what is said of packages of drivers does not hold for them. */
export const KERNEL_PACKAGE = /^linux-(image|binary|modules|base|headers)\b/;

/**
 * A package of compiled modules around its modules: name, dependency on the image, place of the
 * modules, depmod (reference: prebuilt modules, B.3, B.4, B.7).
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
  const said = fields.get('Kernel-Release');
  if (said !== undefined && said !== release) {
    findings.push(
      error('kernel-release', `Kernel-Release is ${said}, its modules are for ${release}`),
    );
  }
  if (fields.get('Architecture') === 'all') {
    findings.push(
      error('architecture-all', 'compiled modules in a package with Architecture: all'),
    );
  }
  return findings;
}

/** Only this name is kept by apt together with the kernel (APT::VersionedKernelPackages). */
function verifyName(name: string, release: string): Finding {
  const suffix = `-modules-${debianRelease(release)}`;
  if (name.endsWith(suffix)) return ok('package-name', `apt keeps ${name} with its kernel`);
  return warning(
    'package-name',
    `apt autoremove may take ${name}: only a name in ${suffix} is kept with its kernel`,
  );
}

function dependenciesOf(fields: PackageContents['fields'], file: string): Alternatives[] {
  return [fields.get('Pre-Depends'), fields.get('Depends')].flatMap((text) =>
    parseRelations(text ?? '', { file }),
  );
}

/** Packages with another driver's modules for this kernel that the package depends on; none where the field is broken. */
export function otherModulesPackages({ fields, deb }: PackageContents, release: string): string[] {
  try {
    const names = dependenciesOf(fields, deb.path).flatMap((each) => each.map(({ name }) => name));
    const suffix = `-modules-${debianRelease(release)}`;
    return names.filter((name) => name.endsWith(suffix) && !KERNEL_PACKAGE.test(name));
  } catch (error) {
    // verifyImage tells of it.
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
    const message = `it does not depend on the kernel's image (linux-image-${kernel}): it may be installed without it`;
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
      'the kernel has no modversions: the dependency on its image must name its exact version';
    return [warning('inexact-image-dependency', message)];
  }
  return [ok('image-dependency', `depends on ${image.map(({ name }) => name).join(' | ')}`)];
}

/** Where depmod prefers them and DKMS leaves them alone, in the directory that is the kernel's own. */
function verifyPlace({ modules }: PackageContents, kernel: KnownKernel): Finding[] {
  const findings: Finding[] = [];
  const names = modules.map(({ facts }) => facts.name);
  const twice = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
  if (twice.length > 0) {
    const message = `which one is loaded is a matter of chance: there are several of ${enumerate(twice)}`;
    findings.push(error('several-copies', message));
  }
  if (modules.some(({ directory }) => /^updates\/dkms(\/|$)/.test(directory))) {
    const message =
      'updates/dkms belongs to DKMS, which removes what lies there; updates is the place';
    findings.push(warning('dkms-directory', message));
  } else if (modules.some(({ directory }) => !/^updates(\/|$)/.test(directory))) {
    const message = 'depmod prefers nothing but updates/ to the modules of the kernel itself';
    findings.push(warning('module-directory', message));
  }
  const wanted = kernel.moduleDirectory?.slice(1);
  const other = modules.find(({ base }) => wanted !== undefined && base !== wanted);
  if (other !== undefined) {
    findings.push(
      warning('module-base', `its modules are in /${other.base}, the kernel's in /${wanted}`),
    );
  }
  if (findings.length > 0) return findings;
  const [first] = modules;
  return [
    ok('module-directory', `modules in /${first?.base}/${kernel.release}/${first?.directory}`),
  ];
}

function verifyDepmod({ deb }: PackageContents, { release }: KnownKernel): Finding[] {
  const script = deb.control.get('postinst')?.toString('utf8') ?? '';
  const lines = script.split('\n').filter((line) => /^[^#]*\bdepmod\b/.test(line));
  if (lines.length === 0) {
    return [
      error('no-depmod', 'its postinst does not call depmod: modprobe will not find its modules'),
    ];
  }
  if (!lines.some((line) => line.includes(release) || line.includes('$'))) {
    const message = `its postinst calls depmod for the kernel that runs, not for ${release}`;
    return [warning('depmod-release', message)];
  }
  if (!deb.control.get('postrm')?.toString('utf8').includes('depmod')) {
    const message = 'its postrm does not call depmod: modules.dep keeps what is gone';
    return [warning('no-depmod-postrm', message)];
  }
  return [ok('depmod', `depmod for ${release} in postinst and postrm`)];
}

function ok(code: string, message: string): Finding {
  return { level: 'ok', code, message };
}

function warning(code: string, message: string): Finding {
  return { level: 'warning', code, message };
}

function error(code: string, message: string): Finding {
  return { level: 'error', code, message };
}
