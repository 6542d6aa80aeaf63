import { type CopyrightLicense, filePattern, formatCopyright } from '../src/debian/copyright.ts';
import { spdxToDep5 } from '../src/debian/spdx.ts';
import { licenseText } from '../src/debianize/files/copyright-file.ts';
import type { BundledPackage } from './bundled-packages.ts';

/** Apache's notice tells where Debian has the whole text (Policy 12.5). */
const IN_COMMON_LICENSES = new Set(['Apache-2.0']);

/**
 * debian/copyright of the .deb (copyright-format 1.0): dkms-deb's own stanza, then one for each npm
 * package that the bundle has code of. A licence text that is not word for word the usual one is
 * given as the package has it.
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

/** The short name, and the text where Debian's or ours is another one. */
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
