import { join } from 'node:path';
import { isDkmsConf } from '../../dkms/conf/dkms-file.ts';
import { readOptional } from '../../driver/conf/init-memory.ts';
import type { Driver } from '../../driver/read-driver.ts';
import type { Reporter } from '../../report/reporter.ts';

/** Warns if debian/<package>.dkms has another dkms.conf than the RPM package gets: that of the tree. */
export async function warnOfOtherConf(driver: Driver, reporter: Reporter): Promise<void> {
  const name = `debian/${driver.packageName}.dkms`;
  const text = await readOptional(join(driver.directory, name));
  if (text === undefined || !isDkmsConf(text)) return;
  const filled = text.replaceAll('#MODULE_VERSION#', driver.conf.version);
  if (filled.trim() === driver.driverConf.text.trim()) return;
  reporter.warn(
    `the RPM package gets dkms.conf, but the Debian package ${name}, which differs`,
    'Make both alike: dkms-deb init brings debian/ up to date.',
  );
}
