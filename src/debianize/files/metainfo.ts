import { driverName } from '../../dkms/conf/names.ts';
import { sourcePrefix } from '../../driver/conf/find-conf.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { modaliasesOf, modaliasesOfRules } from '../../facts/code/modaliases.ts';
import { escapeXml } from '../../system/text/escape-xml.ts';
import { renderTemplate } from '../../system/text/template.ts';
import { descriptionOf, synopsisOf } from './control.ts';
import { type GeneratedFile, generated } from './generated-file.ts';
import type { SystemFiles } from './system-setup.ts';

/** The file with AppStream metainfo, and the line of debian/<package>.install that installs it. */
export interface Metainfo {
  readonly files: readonly GeneratedFile[];
  readonly install: SystemFiles['install'];
}

/**
 * Returns debian/<id>.metainfo.xml with the devices of the driver (AppStream specification, "driver" components).
 * Software centres and isenkram use this file to find the package. Returns no file if no device is found, or if the
 * tree does not name its git repository, because the id of the component is made from the address of the repository.
 */
export function metainfoFiles(driver: Driver, rules: readonly string[]): Metainfo {
  const id = componentId(driver);
  const modaliases = devicesOf(driver);
  if (id === undefined || modaliases.length === 0) return { files: [], install: [] };
  const text = renderTemplate('debian/metainfo', {
    id,
    licence: escapeXml(driver.licence.main?.value ?? ''),
    name: escapeXml(driver.conf.name),
    summary: escapeXml(synopsisOf(driver).replace(/^\p{Ll}/u, (letter) => letter.toUpperCase())),
    paragraphs: descriptionOf(driver).map(escapeXml),
    homepage: escapeXml(driver.homepage.homepage?.value ?? ''),
    modaliases: [...new Set([...modaliases, ...rules.flatMap(modaliasesOfRules)])]
      .sort()
      .map(escapeXml),
  });
  const path = `${id}.metainfo.xml`;
  return {
    files: [generated(path, text)],
    install: [{ path: `debian/${path}`, directory: 'usr/share/metainfo' }],
  };
}

/**
 * Returns the modaliases of the modules that are built. Modaliases of tests or other drivers in the tree are left out.
 */
export function devicesOf(driver: Driver): string[] {
  const prefix = sourcePrefix(driver.location);
  const files = driver.sources.files.filter(
    ({ path }) => path.startsWith(prefix) && (!path.endsWith('.c') || driver.built.has(path)),
  );
  return modaliasesOf(files);
}

/**
 * Returns the id `io.github.owner.name` of the component (AppStream: reverse DNS without `-`). Returns undefined if the
 * tree names no web page of its git repository.
 */
function componentId(driver: Driver): string | undefined {
  const page = driver.homepage.vcsBrowser?.value;
  if (page === undefined) return undefined;
  const { host, pathname } = new URL(page);
  const domain = host
    .replace(/^(github|gitlab)\.com$/, '$1.io')
    .replace(/^codeberg\.org$/, 'codeberg.page');
  const [owner] = pathname.split('/').filter((part) => part !== '');
  const name = driverName(driver.conf.name);
  const words = [...domain.split('.').reverse(), ...(owner === undefined ? [] : [owner]), name].map(
    (word) =>
      word
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '_')
        .replace(/^(?=\d)/, '_'),
  );
  return words.join('.');
}
