import type { Driver } from '../../driver/read-driver.ts';
import { type GeneratedFile, generated } from './generated-file.ts';

/**
 * debian/<package>.dkms: the driver's dkms.conf with its placeholders filled in and one quoted literal
 * name and version, so that dh_dkms, which greps, reads out of it what bash does.
 */
export function dkmsFile(driver: Driver): GeneratedFile {
  return generated(`${driver.packageName}.dkms`, driver.driverConf.text);
}
