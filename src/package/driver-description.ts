import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriverDescription } from './modules-package.ts';
import type { Packaging } from './packaging.ts';

/** What debian/ says of the driver, for its packages of compiled modules. */
export async function describePackaging(packaging: Packaging): Promise<DriverDescription> {
  const { source, binary, latest } = packaging;
  const [synopsis = '', ...lines] = (binary.get('Description') ?? '').split('\n');
  return {
    source: source.get('Source') ?? packaging.packageName,
    version: latest.version,
    maintainer: latest.maintainer,
    homepage: source.get('Homepage') ?? binary.get('Homepage'),
    synopsis: withoutDkms(synopsis),
    paragraphs: aboutTheDriver(lines),
    copyright: await readFile(join(packaging.directory, 'copyright'), 'utf8'),
    distributions: latest.distributions,
  };
}

/** "… (DKMS)", "… - DKMS source": true of the source package, not of compiled modules. */
function withoutDkms(synopsis: string): string {
  return synopsis.replace(/\s*(\(DKMS[^)]*\)|[-–—,]\s*DKMS( version| source)?)$/i, '');
}

/** The paragraphs of a long description that do not speak of DKMS or of source. */
function aboutTheDriver(lines: readonly string[]): string[] {
  const text = lines.map((line) => line.trim()).join('\n');
  return text
    .split(/\n\.?\n/)
    .map((paragraph) => paragraph.replaceAll('\n', ' ').trim())
    .filter((paragraph) => paragraph !== '' && !/\bDKMS\b|source code/i.test(paragraph));
}
