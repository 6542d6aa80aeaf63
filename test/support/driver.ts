import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { type ArchivePackageName, archivePackage } from './archive-packages.ts';
import { PROJECT } from './project.ts';

/** The drivers that the end-to-end tests compile: two examples, six of the Debian archive. */
export const ARCHIVE_DRIVERS = [
  'acpi-call-dkms',
  'ddcci-dkms',
  'jool-dkms',
  'tp-smapi-dkms',
  'v4l2loopback-dkms',
  'xtables-addons-dkms',
] as const satisfies readonly ArchivePackageName[];

export const DRIVERS = ['hello', 'duo', ...ARCHIVE_DRIVERS] as const;

export type DriverName = 'hello' | 'duo' | ArchivePackageName;

/** Name and version of a driver for DKMS: /usr/src/NAME-VERSION, `dkms -m -v`. */
export interface DkmsIdentity {
  readonly name: string;
  readonly version: string;
}

/** Copies a driver's source tree below `parent`, where a test may write. cp keeps all times. */
export async function driverTree(driver: DriverName, parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  const source =
    driver === 'hello' || driver === 'duo'
      ? join(PROJECT, 'examples', driver)
      : (await archivePackage(driver, join(parent, '.archive'))).sourceTree;
  const tree = join(parent, basename(source));
  await run('cp', ['-a', '--', source, tree]);
  return tree;
}

/**
 * Reads name and version of a dkms.conf with bash, not with src/dkms, because that is what the tests
 * check.
 */
export async function dkmsIdentity(tree: string): Promise<DkmsIdentity> {
  const script = '. "$0/dkms.conf" >/dev/null; printf "%s\\n" "$PACKAGE_NAME" "$PACKAGE_VERSION"';
  const { stdout } = await run('bash', ['-c', script, tree]);
  const [name = '', version = ''] = stdout.split('\n');
  return { name, version };
}
