import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';

/** A package of a test's archive. */
export interface FixturePackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Depends, as in its control file; may be empty. */
  readonly depends: string;
  readonly synopsis: string;
  /** More control fields, such as `Provides: linux-headers (= 6.6.62)`. */
  readonly fields: readonly string[];
}

/**
 * Reads packages that are written one a line: `NAME VERSION ARCH :: DEPENDS :: SYNOPSIS :: FIELD; FIELD`. All after the
 * first part may be missing.
 */
export function fixturePackages(text: string): FixturePackage[] {
  const lines = text.trim().split('\n');
  return lines.map((line) => {
    const [head = '', depends = '', synopsis = '', fields = ''] = line
      .split('::')
      .map((part) => part.trim());
    const [name = '', version = '', architecture = ''] = head.split(/\s+/);
    return {
      name,
      version,
      architecture,
      depends,
      synopsis: synopsis || `${name} of a test`,
      fields: fields
        .split(';')
        .map((one) => one.trim())
        .filter(Boolean),
    };
  });
}

/**
 * Writes the .debs of packages with dpkg-deb into `directory`, and returns their paths. `contents` has the trees of
 * those packages that have files. Nothing is compressed, because the tests unpack what they have just packed.
 */
export async function writeFixtureDebs(
  directory: string,
  packages: readonly FixturePackage[],
  contents: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const files: string[] = [];
  for (const { name, version, architecture, depends, synopsis, fields } of packages) {
    const own = contents[name] === undefined;
    const tree = contents[name] ?? join(directory, `.tree-${name}`);
    await mkdir(join(tree, 'DEBIAN'), { recursive: true });
    const control = [
      `Package: ${name}`,
      `Version: ${version}`,
      `Architecture: ${architecture}`,
      'Maintainer: Erika Mustermann <erika@example.org>',
      ...(depends === '' ? [] : [`Depends: ${depends}`]),
      ...fields,
      `Description: ${synopsis}`,
      '',
    ];
    await writeFile(join(tree, 'DEBIAN/control'), control.join('\n'));
    const file = join(directory, `${name}_${version.replace(':', '%3a')}_${architecture}.deb`);
    await run('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, file]);
    if (own) await rm(tree, { recursive: true });
    files.push(file);
  }
  return files;
}
