import { type CopyrightFiles, filePattern, formatCopyright } from '../debian/copyright.ts';
import { spdxToDep5 } from '../debian/spdx.ts';
import { readTemplateText } from '../system/template.ts';
import type { Driver } from './driver.ts';
import { filesByLicence } from './facts/licence.ts';
import { type GeneratedFile, generated } from './generated-file.ts';
import { maintainerField } from './maintainer-field.ts';

const UNKNOWN_LICENCE = 'FIXME';

/** debian/copyright, machine-readable: the main licence, a stanza for each other one, and debian/*. */
export function copyrightFile(driver: Driver, year: number): GeneratedFile {
  const unknown: string[] = [];
  const main = driver.licence.main?.value;
  if (main === undefined) {
    unknown.push('the licence: put SPDX-License-Identifier tags into the sources');
  }
  const authors = authorsOf(driver);
  if (authors.length === 0) {
    unknown.push('the copyright holder: set MODULE_AUTHOR, or write it into debian/copyright');
  }
  const copyright = authors.length > 0 ? authors : ['FIXME'];
  const mainLicense = licenseName(main);
  const others: CopyrightFiles[] = [];
  for (const [licence, paths] of filesByLicence(driver.licence)) {
    if (licenseName(licence) === mainLicense) continue;
    others.push({ patterns: paths.map(filePattern), copyright, license: licenseName(licence) });
  }
  const packager = maintainerField(driver.maintainer?.value).value;
  const text = formatCopyright(
    {
      upstreamName: driver.conf.name,
      files: [
        { patterns: ['*'], copyright, license: mainLicense },
        ...others,
        { patterns: ['debian/*'], copyright: [`${year} ${packager}`], license: mainLicense },
      ],
      licenses: mainLicense === UNKNOWN_LICENCE ? [{ name: UNKNOWN_LICENCE, text: 'FIXME' }] : [],
    },
    licenseText,
  );
  return generated('copyright', text, { unknown });
}

function licenseName(spdx: string | undefined): string {
  return (spdx === undefined ? undefined : spdxToDep5(spdx)) ?? UNKNOWN_LICENCE;
}

/** The licence's text or notice by its short name, out of templates/licenses/. */
export function licenseText(name: string): string | undefined {
  return /^[A-Za-z0-9.+-]+$/.test(name) ? readTemplateText(`licenses/${name}.txt`) : undefined;
}

function authorsOf(driver: Driver): string[] {
  const authors = driver.statements
    .filter((statement) => statement.macro === 'AUTHOR')
    .map((statement) => statement.value);
  return [...new Set(authors)];
}
