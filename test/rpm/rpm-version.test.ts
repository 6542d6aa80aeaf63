import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatRpmVersion, rpmVersionOf } from '../../src/rpm/rpm-version.ts';
import { PROJECT } from '../support/project.ts';

test.each([
  ['1.0', '1.0-1'],
  ['1.0-1', '1.0-1'],
  ['1.0~rc1-0ubuntu2', '1.0~rc1-0ubuntu2'],
  ['1.0-rc1-3', '1.0+rc1-3'],
  ['2:1.0-1~bpo12+1', '2:1.0-1~bpo12^1'],
  ['1.2+3', '1.2^3-1'],
  ['1.2+5.gabc1234', '1.2^5.gabc1234-1'],
  ['1.2-3-4', '1.2^3-4'],
  ['0:1.0', '1.0-1'],
  ['1.2+git20261121.1a2b3c4', '1.2+git20261121.1a2b3c4-1'],
  ['0~r119.abc', '0~r119.abc-1'],
  ['1..2', '1.2-1'],
])('the version %s becomes %s', (debian, rpm) => {
  expect(formatRpmVersion(rpmVersionOf(debian))).toBe(rpm);
});

test('the table of docs/names.md is right', async () => {
  const page = await readFile(join(PROJECT, 'docs/names.md'), 'utf8');
  const [, table = ''] = /## Versions of RPM packages([\s\S]*)/.exec(page) ?? [];
  const rows = [...table.matchAll(/^\| `([^`…]+)` \| (\S+) \|/gm)];
  expect(rows.length).toBeGreaterThan(5);
  for (const [, debian = '', rpm] of rows) expect(formatRpmVersion(rpmVersionOf(debian))).toBe(rpm);
});
