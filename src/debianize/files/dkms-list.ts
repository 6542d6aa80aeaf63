import type { Driver } from '../../driver/read-driver.ts';
import { type GeneratedFile, generated } from './generated-file.ts';

/**
 * Returns debian/<package>.dkms: the dkms.conf of the driver with values instead of placeholders. Name and version are
 * quoted literals, so that dh_dkms, which does not run bash, reads the same values.
 */
export function dkmsFile(driver: Driver): GeneratedFile {
  return generated(`${driver.packageName}.dkms`, driver.driverConf.text);
}
