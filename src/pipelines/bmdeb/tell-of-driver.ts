import type { DkmsConf } from '../../dkms/conf/conf.ts';
import type { KernelFamily } from '../../kernel/kernel-family.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import { enumerate } from '../../module/verify/finding.ts';
import type { ExtraModules } from '../../package/modules/extra-modules.ts';
import { firmwarePackages } from '../../package/modules/firmware-packages.ts';
import { printableLine } from '../../report/printable.ts';
import type { Reporter } from '../../report/reporter.ts';
import { placeInside } from '../../system/files/inside.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import type { DriverSource } from '../driver-source/driver-source.ts';

/** The most lines of a script that are shown. If the script has more, the number of all its lines is shown, too. */
const MOST_LINES = 4;

/**
 * Tells the user which scripts DKMS would run on a machine (POST_INSTALL and others), because packages of modules do
 * not run them.
 */
export async function tellOfHooks(
  { installHooks }: Pick<DkmsConf, 'installHooks'>,
  { directory }: Pick<DriverSource, 'directory'>,
  reporter: Reporter,
): Promise<void> {
  for (const { directive, command } of installHooks) {
    const [script = ''] = command.split(/\s+/);
    const lines = await commandsOf(directory, script);
    const shown = lines.slice(0, MOST_LINES).map(printableLine).join('; ');
    const more = lines.length > MOST_LINES ? `; … (${lines.length} lines)` : '';
    const does = lines.length === 0 ? '' : `, which does: ${shown}${more}`;
    reporter.note(
      `Packages of modules do not run ${directive} of dkms.conf: ${printableLine(command)}${does}.`,
    );
  }
}

/**
 * Returns the lines of a script without comments and empty lines; [] if the script cannot be read. A script outside of
 * the source is not read, because dkms.conf may name any file of this machine.
 */
async function commandsOf(directory: string, script: string): Promise<string[]> {
  const place = await placeInside(directory, script);
  if (place === undefined || place === 'outside') return [];
  const text = await readTreeText(place.file).catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.slice(0, 200));
}

/**
 * Tells the user which firmware of the modules is neither in the driver's own package nor in another known package.
 * `family` is the distribution that has the packages of firmware.
 */
export function tellOfFirmware(
  { modules }: Pick<ModuleBuild, 'modules'>,
  { common }: Pick<DriverSource, 'common'>,
  family: KernelFamily | undefined,
  reporter: Reporter,
): void {
  const wanted = modules.flatMap(({ firmware = [] }) => firmware);
  const own = (common?.tree.entries() ?? []).map(({ path }) => `/${path}`);
  const others = wanted.filter(
    (name) => !own.some((path) => /\/lib\/firmware\//.test(path) && path.endsWith(`/${name}`)),
  );
  const { unknown } = firmwarePackages(others, family);
  if (unknown.length === 0) return;
  reporter.note(
    `The modules ask for firmware of which no package is known: ${enumerate(unknown.map(printableLine))}.`,
  );
}

/** Tells the user which modules of Ubuntu's kernel the driver needs, if it is not known which package has them. */
export function tellOfExtra(
  { unknown }: Pick<ExtraModules, 'unknown'>,
  release: string,
  reporter: Reporter,
): void {
  if (unknown.length === 0) return;
  reporter.note(
    `The driver's modules need ${enumerate(unknown.map(printableLine))} of the kernel. It is not known whether linux-modules-extra-${release} has these modules, so the driver's package does not depend on it.`,
  );
}
