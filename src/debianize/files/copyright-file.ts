import {
  type CopyrightFiles,
  type CopyrightLicense,
  filePattern,
  formatCopyright,
} from '../../debian/copyright.ts';
import { licenseNames, spdxToDep5 } from '../../debian/spdx.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { readTemplateText } from '../../system/text/template.ts';
import { copyrightGroups, licenseName, UNKNOWN_LICENSE } from './copyright-groups.ts';
import { type GeneratedFile, generated } from './generated-file.ts';
import { maintainerField } from './maintainer-field.ts';

/**
 * Returns debian/copyright (copyright format 1.0). It has a stanza for all files with the main licence and its holders,
 * a stanza for the files of each other licence or holder, one for debian/*, and one for each metainfo file, which has a
 * licence of its own. `year` is the year of the packaging's copyright.
 */
export function copyrightFile(
  driver: Driver,
  year: number,
  metainfo: readonly GeneratedFile[] = [],
): GeneratedFile {
  const unknown: string[] = [];
  if (licenseName(driver.licence.main?.value) === UNKNOWN_LICENSE) {
    const found = driver.licence.main?.value;
    unknown.push(
      found === undefined
        ? 'the licence: add SPDX-License-Identifier tags to the sources'
        : `the licence: the sources name ${found}; write its name and text into debian/copyright`,
    );
  }
  const { main, others } = copyrightGroups(driver);
  if (main.copyright.length === 0) {
    unknown.push(
      'the copyright holder: set MODULE_AUTHOR, or write the holder into debian/copyright',
    );
  }
  const files: CopyrightFiles[] = [main, ...others].map((group) => ({
    patterns: group.paths.map((path) => (path.endsWith('*') ? path : filePattern(path))),
    copyright: group.copyright.length === 0 ? [UNKNOWN_LICENSE] : group.copyright,
    license: group.license,
  }));
  const packager = maintainerField(driver.maintainer?.value).value;
  const own = { patterns: ['debian/*'], copyright: [`${year} ${packager}`], license: main.license };
  const free = metainfo.map(({ path }) => ({
    patterns: [`debian/${path}`],
    copyright: own.copyright,
    license: 'FSFAP',
  }));
  const licenses = ownLicenses(
    driver,
    [...files, own, ...free].flatMap(({ license }) => licenseNames(license)),
  );
  for (const { name, text } of licenses) {
    if (text !== UNKNOWN_LICENSE || name === UNKNOWN_LICENSE) continue;
    unknown.push(`the text of the licence ${name}: write it into debian/copyright`);
  }
  const source = driver.homepage.vcsBrowser?.value ?? driver.homepage.homepage?.value;
  const contact = contactsOf(driver);
  const text = formatCopyright(
    {
      upstreamName: driver.conf.name,
      ...(contact.length === 0 ? {} : { upstreamContact: contact }),
      ...(source === undefined ? {} : { source }),
      files: [...files, own, ...free],
      licenses,
    },
    licenseText,
  );
  return generated('copyright', text, { unknown });
}

/**
 * Returns the texts of the licences that templates/ does not have. A text comes from the licence files of the tree, or
 * is FIXME if these files do not have the text.
 */
function ownLicenses(driver: Driver, names: readonly string[]): CopyrightLicense[] {
  return [...new Set(names)]
    .filter((name) => !isKnown(name))
    .map((name) => {
      const path = driver.licence.texts.find(({ licences }) =>
        licences.some((id) => spdxToDep5(id) === name),
      )?.path;
      const file = driver.sources.files.find((source) => source.path === path);
      // A file in LICENSES/ of the kernel begins with a description of its SPDX tag, which is removed
      // (license-rules.rst).
      const own = file?.text.replace(/^Valid-License-Identifier:[\s\S]*?^License-Text:\s*/m, '');
      return { name, text: own?.replace(/[^\P{Cc}\t\n\r\f]/gu, '') ?? UNKNOWN_LICENSE };
    });
}

/**
 * Whether templates/ has the text of this licence. "GPL-2 with X exception" needs two texts: the text of the licence
 * and the text of the exception.
 */
function isKnown(name: string): boolean {
  const [, base, exception] = /^(.+?) with (.+) exception$/i.exec(name) ?? [];
  return [name, base, exception]
    .slice(base === undefined ? 0 : 1, base === undefined ? 1 : 3)
    .every((part) => part !== undefined && licenseText(part) !== undefined);
}

/**
 * Returns the text or the notice of a licence from templates/licenses/, by its short name. Returns undefined if
 * templates/ does not have it.
 */
export function licenseText(name: string): string | undefined {
  return /^[A-Za-z0-9.+-]+$/.test(name) ? readTemplateText(`licenses/${name}.txt`) : undefined;
}

/**
 * Returns the authors in MODULE_AUTHOR that have a mail address. At most three are returned: the ones that are stated
 * most often.
 */
function contactsOf(driver: Driver): string[] {
  const counts = new Map<string, number>();
  for (const { macro, value } of driver.statements) {
    if (macro !== 'AUTHOR' || !/^[^<>@]+ <[^<>\s@]+@[^<>\s@]+\.[^<>\s@]+>$/.test(value)) continue;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([value]) => value);
}
