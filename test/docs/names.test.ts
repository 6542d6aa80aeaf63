import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  debianSourceName,
  debianUpstreamVersion,
  dkmsPackageName,
  modulesPackageName,
} from '../../src/dkms/conf/names.ts';
import { PROJECT } from '../support/project.ts';

const page = await readFile(join(PROJECT, 'docs/names.md'), 'utf8');

/** Rows of a section's table that begin with a value in backquotes. */
function rowsOf(heading: string): string[][] {
  const section = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const bare = (cell = '') => cell.replaceAll('`', '');

describe('docs/names.md says what the mapping does', () => {
  test.each(rowsOf('Names'))('%s', (name, source, dkms, modules) => {
    expect(debianSourceName(bare(name))).toBe(source);
    expect(dkmsPackageName(bare(name))).toBe(dkms);
    expect(modulesPackageName(bare(name), '6.1.0-56-amd64')).toBe(modules);
  });

  test.each(rowsOf('Versions'))('%s', (version, upstream) => {
    expect(debianUpstreamVersion(bare(version))).toBe(upstream);
  });

  test('both tables have rows, and the kernel release of the text is right', () => {
    expect(rowsOf('Names').length).toBeGreaterThan(5);
    expect(rowsOf('Versions').length).toBeGreaterThan(8);
    expect(modulesPackageName('x', '6.12.1_CUSTOM')).toBe('x-modules-6.12.1-custom');
  });
});
