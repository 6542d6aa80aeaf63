import { InputError } from '../../errors.ts';
import type { Finding } from '../../module/verify/finding.ts';
import { readContents } from '../../package/verify/package-contents.ts';
import { verifyPackage } from '../../package/verify/verify-package.ts';
import type { Reporter } from '../../report/reporter.ts';
import { kernelOf } from '../../repository/retention.ts';
import { appendTo } from '../../system/text/append-to.ts';
import type { IncomingPackage } from './incoming-package.ts';

const MOST_SHOWN = 10;

/**
 * Verifies packages from their bytes, as `dkms-deb verify` does, before they enter a repository. Packages for one
 * kernel are verified together, because their modules may import from each other. Only the packages of one kernel are
 * in memory at the same time. Throws InputError `package-refused` with the findings of the first package that has
 * errors.
 */
export async function verifyIncoming(
  packages: readonly IncomingPackage[],
  reporter: Reporter,
): Promise<void> {
  const groups = new Map<string, IncomingPackage[]>();
  for (const one of packages) {
    const release = kernelOf(one);
    const key = release === '' ? one.file : `${release} ${one.architecture}`;
    appendTo(groups, key, one);
  }
  if (packages.length > 0) reporter.progress(`verifying ${packages.length} packages`);
  for (const group of groups.values()) {
    const contents = [];
    for (const { file } of group) contents.push(await readContents(file));
    for (const one of contents) {
      const report = await verifyPackage(one, contents, { evaluate: false });
      const inModules = report.modules.flatMap(({ facts, findings }) =>
        findings.map((finding) => ({ ...finding, message: `${facts.file}: ${finding.message}` })),
      );
      refuse(one.deb.path, [...report.findings, ...inModules]);
    }
  }
}

function refuse(file: string, findings: readonly Finding[]): void {
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return;
  throw new InputError(
    'package-refused',
    'verify found errors in this package, so nothing is published',
    {
      where: { file },
      output: errors.slice(0, MOST_SHOWN).map(({ code, message }) => `${message} [${code}]`),
      hint: 'Build the package again, or remove it from the results; dkms-deb verify FILE shows all findings.',
    },
  );
}
