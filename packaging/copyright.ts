import {
  type CopyrightLicense,
  filePattern,
  formatCopyright,
  licenseText,
  spdxToDep5,
} from '../src/library.ts';
import type { BundledPackage } from './bundled-packages.ts';

/** Licences for which debian/copyright refers to /usr/share/common-licenses (Policy 12.5). */
const IN_COMMON_LICENSES = new Set(['Apache-2.0']);

/**
 * Returns debian/copyright of the .deb (copyright-format 1.0): a stanza for dkms-deb, and one for each npm package with
 * code in the bundle. A licence text that differs from the usual one is quoted from the package, unless
 * /usr/share/common-licenses has it.
 */
export function packageCopyright(
  own: { readonly author: string; readonly years: string; readonly source: string | undefined },
  packages: readonly BundledPackage[],
): string {
  const licenses = new Map<string, CopyrightLicense>();
  const files = packages.map((bundled) => {
    const license = nameOf(bundled);
    if (license.text !== undefined) licenses.set(license.name, { ...license, text: license.text });
    return {
      patterns: bundled.directories.map((directory) => `${filePattern(directory)}/*`),
      copyright: bundled.copyright,
      license: license.name,
      comment: [
        `${bundled.name} ${bundled.version}, in the program files of /usr/share/dkms-deb/dist.`,
        ...(bundled.notice === undefined ? [] : ['', bundled.notice]),
      ].join('\n'),
    };
  });
  return formatCopyright(
    {
      upstreamName: 'dkms-deb',
      upstreamContact: [own.author],
      ...(own.source === undefined ? {} : { source: own.source }),
      files: [
        { patterns: ['*'], copyright: [`${own.years} ${own.author}`], license: 'GPL-3+' },
        ...files,
      ],
      licenses: [...licenses.values()],
    },
    licenseText,
  );
}

/** Returns the short name of a licence, and its text if it differs from the usual one. */
function nameOf(bundled: BundledPackage): { name: string; text?: string } {
  const name = spdxToDep5(bundled.license) ?? bundled.license;
  const usual = licenseText(name);
  if (usual === undefined) return { name, text: bundled.text };
  if (IN_COMMON_LICENSES.has(name) || words(bundled.text).includes(words(usual))) return { name };
  const suffix = bundled.name.replace(/^@/, '').replaceAll('/', '-');
  return { name: `${name}-${suffix}`, text: bundled.text };
}

function words(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim();
}
