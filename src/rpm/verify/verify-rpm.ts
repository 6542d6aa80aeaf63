import { error, type Finding, ok, unchecked, warning } from '../../module/verify/finding.ts';
import { verifyDkmsTrees } from '../../package/verify/verify-dkms-package.ts';
import type { PackageReport, VerifyOptions } from '../../package/verify/verify-package.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { type RpmPackage, readRpm } from './read-rpm.ts';
import { verifyKmods } from './verify-kmods.ts';

/**
 * Checks an RPM package. Of a package with module source for DKMS, checks dkms.conf, whether the source is complete,
 * and whether the scripts keep the modules through upgrades. Of a package with compiled modules, checks the modules.
 * Throws the errors of readRpm.
 */
export async function verifyRpm(path: string, options: VerifyOptions): Promise<PackageReport> {
  return withTemporaryDirectory('verify-rpm', async (scratch) => {
    const rpm = await readRpm(path, scratch);
    const findings = [
      ok('rpm-digests', 'the digests of the package are right'),
      ...verifySignature(rpm),
    ];
    const kmods = await verifyKmods(rpm, options);
    findings.push(...kmods.findings);
    if (rpm.dkmsTrees.length > 0) {
      findings.push(...(await verifyDkmsTrees(rpm, options.evaluate)), ...verifyScripts(rpm));
    } else if (kmods.modules.length === 0) findings.push(nothing(rpm));
    const { name, version, architecture } = rpm;
    return { file: path, name, version, architecture, findings, modules: kmods.modules };
  });
}

function verifySignature({ isSigned }: RpmPackage): Finding[] {
  if (isSigned)
    return [unchecked('rpm-signature', 'the package is signed; check by whom with rpmkeys -Kv')];
  return [
    warning(
      'rpm-unsigned',
      'the package is not signed: rpm 6 refuses such packages by default, and dnf refuses them from most repositories',
    ),
  ];
}

function nothing({ isSource, name }: RpmPackage): Finding {
  if (isSource) {
    return unchecked(
      'nothing-to-verify',
      'this is a source package: check the package that is built from it',
    );
  }
  const message = 'the package has neither modules in /lib/modules nor module source in /usr/src';
  return {
    level: /-dkms$|^kmod-.*-\d/.test(name) ? 'error' : 'unchecked',
    code: 'nothing-to-verify',
    message,
  };
}

/** Whether a script has a line with `dkms` or `common.postinst` that `action` matches. Comments do not count. */
function calls(script: string | undefined, action: RegExp): boolean {
  const lines = (script ?? '').split('\n').filter((line) => !/^\s*#/.test(line));
  return lines.some((line) => /\bdkms\b|common\.postinst/.test(line) && action.test(line));
}

/**
 * Checks the scripts. At an upgrade, RPM runs the %preun of the old package after the %post of the new one. A %preun
 * that does not test $1 removes the modules that were just built.
 */
function verifyScripts({ scripts, requires }: RpmPackage): Finding[] {
  const findings: Finding[] = [];
  const adds = /\b(?:add|build|install|autoinstall)\b|common\.postinst/;
  if (calls(scripts.get('post'), adds) || calls(scripts.get('posttrans'), adds)) {
    findings.push(ok('rpm-post', '%post or %posttrans calls dkms'));
  } else {
    const message = 'neither %post nor %posttrans calls dkms, so no module will be built';
    findings.push(error('no-rpm-post', message));
  }
  const preun = scripts.get('preun');
  if (!calls(preun, /\bremove\b/)) {
    const message =
      '%preun does not call dkms remove, so the modules stay when the package is removed';
    findings.push(warning('no-rpm-preun', message));
  } else if (!/\$\{?1\b/.test(preun ?? '')) {
    const message =
      '%preun does not look at $1, so it removes the driver from DKMS at an upgrade, too: after an upgrade that changes only Release, no module is left';
    findings.push(error('rpm-preun-always', message));
  } else findings.push(ok('rpm-preun', '%preun asks whether the package is removed or upgraded'));
  if (!requires.some((name) => /^(?:.*\/)?dkms$/.test(name))) {
    findings.push(warning('no-dkms-dependency', 'the package does not require dkms'));
  }
  return findings;
}
