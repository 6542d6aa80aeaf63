import type { Driver } from '../driver/read-driver.ts';
import { escapeRegExp } from '../system/text/escape-reg-exp.ts';

/**
 * Updates the name and version of the driver in DKMS in a file that the user edited. Otherwise the source and dkms.conf
 * would be installed into different directories. Changes nothing else.
 */
export function followVersion(driver: Driver, path: string, text: string): string {
  const old = driver.manifest?.dkms;
  const { name, version } = driver.conf;
  if (old === undefined || (old.name === name && old.version === version)) return text;
  if (path === `${driver.packageName}.install`) {
    const end = '(?=[/\\s]|$)';
    const directory = new RegExp(
      `usr/src/${escapeRegExp(`${old.name}-${old.version}`)}${end}`,
      'gm',
    );
    return text.replace(directory, () => `usr/src/${name}-${version}`);
  }
  if (path === `${driver.packageName}.dkms`) {
    return text
      .replace(assignment('PACKAGE_VERSION', old.version), (_, before: string) => before + version)
      .replace(assignment('PACKAGE_NAME', old.name), (_, before: string) => before + name);
  }
  return text;
}

function assignment(directive: string, value: string): RegExp {
  return new RegExp(`^(${directive}=["'])${escapeRegExp(value)}(?=["'])`, 'm');
}
