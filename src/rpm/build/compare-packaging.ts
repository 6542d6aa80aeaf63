import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isDkmsConf } from '../../dkms/conf/dkms-file.ts';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
import { readOptional } from '../../driver/conf/init-memory.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { readPackagingRules } from '../../package/rules/beyond-dkms-deb.ts';
import type { Reporter } from '../../report/reporter.ts';

/** The scripts of a Debian package, each with the section of a spec that has the same purpose. */
const SCRIPTS: readonly (readonly [string, string])[] = [
  ['preinst', '%pre'],
  ['postinst', '%post'],
  ['prerm', '%preun'],
  ['postrm', '%postun'],
];

/**
 * Warns about differences from the Debian package: another dkms.conf, the package's scripts, and changes that
 * debian/rules makes to the source. Other files of debian/ are not compared.
 */
export async function warnOfDifferences(driver: Driver, reporter: Reporter): Promise<void> {
  const debian = join(driver.directory, 'debian');
  if (!existsSync(join(debian, 'control'))) return;
  await compareConf(driver, reporter);
  const { packageName } = driver;
  for (const [name, section] of SCRIPTS) {
    if (!existsSync(join(debian, `${packageName}.${name}`))) continue;
    reporter.warn(
      `debian/${packageName}.${name} is not in the RPM package`,
      `Write what this script does into ${section} of rpm/${packageName}.spec.`,
    );
  }
  const entries = await listSourceTree(driver.directory, { withPackaging: true });
  const { beyondSource } = await readPackagingRules(driver.directory, debian, entries);
  if (beyondSource === undefined) return;
  const { where, why } = beyondSource;
  reporter.warn(
    `debian/${relative(debian, where.file)}: ${why}: the RPM package has the source as it is in the tree`,
    'Compare the source in the RPM package with the source in the Debian package.',
  );
}

/** Warns if debian/<package>.dkms differs from the dkms.conf of the tree, which the RPM package gets. */
async function compareConf(driver: Driver, reporter: Reporter): Promise<void> {
  const name = `debian/${driver.packageName}.dkms`;
  const text = await readOptional(join(driver.directory, name));
  if (text === undefined || !isDkmsConf(text)) return;
  const filled = text.replaceAll('#MODULE_VERSION#', driver.conf.version);
  if (filled.trim() === driver.driverConf.text.trim()) return;
  reporter.warn(
    `the RPM package gets the dkms.conf of the tree, but the Debian package gets ${name}, which is different`,
    'Make both files the same: dkms-deb init brings debian/ up to date.',
  );
}
