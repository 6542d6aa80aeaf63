import { plainMember } from '../../archive/deb-writer.ts';
import { installedSize } from '../../archive/staged/installed-size.ts';
import { md5sums } from '../../archive/staged/md5sums.ts';
import { StagedTree } from '../../archive/staged/staged-tree.ts';
import { type Field, formatStanza } from '../../debian/control-field.ts';
import { debFileName } from '../../debian/deb-file-name.ts';
import { formatDescription, tidySynopsis } from '../../debian/description.ts';
import { formatPerson } from '../../debian/person.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import { renderTemplate } from '../../system/text/template.ts';
import type { DriverDescription } from '../driver-description.ts';
import type { StagedPackage } from '../staged-package.ts';
import { modulesIdentity } from './modules-package.ts';

/**
 * Stages the package `<package>-dbgsym` with the debug data of the modules, in the form of debhelper (dh_strip,
 * dh_gencontrol). Returns undefined if there are no debug data. gdb, elfutils and drgn search by build id. crash and
 * lx-symbols search for NAME.ko.debug below /usr/lib/debug/lib/modules/RELEASE, as in Debian's linux-image-…-dbg.
 */
export async function stageDbgsymPackage(
  build: Pick<ModuleBuild, 'conf' | 'debug'>,
  headers: KernelHeaders,
  driver: DriverDescription,
  options: { timestamp: number },
): Promise<StagedPackage | undefined> {
  if (build.debug.length === 0) return undefined;
  const { release, architecture, moduleDirectory } = headers;
  const main = modulesIdentity(build.conf.name, headers, driver);
  const { name, fileName } = dbgsymIdentity(build.conf.name, headers, driver);
  const tree = new StagedTree(options.timestamp);
  for (const { name, file, buildId } of build.debug) {
    const path = `usr/lib/debug/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
    tree.addFile(path, { source: file });
    for (const directory of new Set(['/lib/modules', moduleDirectory])) {
      const link = `usr/lib/debug${directory}/${release}/updates/${name}.ko.debug`;
      tree.addSymlink(link, relativeTarget(link, path));
    }
  }
  tree.addSymlink(`usr/share/doc/${name}`, main.name);
  const synopsis = renderTemplate('package/dbgsym-synopsis', { package: main.name });
  const fields: Field[] = [
    ['Package', name],
    ['Source', `${driver.source} (${driver.sourceVersion})`],
    ['Version', main.version],
    ['Auto-Built-Package', 'debug-symbols'],
    ['Architecture', architecture],
    ['Maintainer', formatPerson(driver.maintainer)],
    ['Installed-Size', String(installedSize(tree))],
    ['Depends', `${main.name} (= ${main.version})`],
    ['Section', 'debug'],
    ['Priority', 'optional'],
    ['Description', formatDescription(tidySynopsis(synopsis), [])],
    [
      'Build-Ids',
      build.debug
        .map(({ buildId }) => buildId)
        .sort()
        .join(' '),
    ],
  ];
  return {
    fileName,
    tree,
    control: [
      plainMember('control', formatStanza(fields)),
      plainMember('md5sums', await md5sums(tree)),
    ],
    timestamp: options.timestamp,
  };
}

/** Returns the relative target of a link; link and target are both below usr/lib/debug (Policy 10.5). */
function relativeTarget(link: string, path: string): string {
  const base = 'usr/lib/debug/';
  const up = link.slice(base.length).split('/').length - 1;
  return '../'.repeat(up) + path.slice(base.length);
}

/** Returns the name and file name of the package with debug data. */
export function dbgsymIdentity(
  dkmsName: string,
  headers: Pick<KernelHeaders, 'release' | 'packageVersion' | 'architecture'>,
  driver: Pick<DriverDescription, 'version' | 'rebuild'>,
): { name: string; fileName: string } {
  const main = modulesIdentity(dkmsName, headers, driver);
  const name = `${main.name}-dbgsym`;
  return { name, fileName: debFileName(name, main.version, headers.architecture) };
}
