import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  formatManifest,
  type Manifest,
  readManifest,
} from '../../../src/driver/conf/init-memory.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const read = (text: string) =>
  withTemporaryDirectory('test', async (directory) => {
    await writeFile(join(directory, '.dkms-deb.json'), text);
    return readManifest(directory);
  });

const WHOLE: Manifest = {
  files: { control: 'a', rules: 'not made by init' },
  control: { source: { Source: 'a' }, binary: {} },
  dkms: { name: 'a', version: '1' },
  choices: { rules: 'dh', format: 'quilt', conf: 'x', set: { A: 'b' }, allowFiles: ['key'] },
  derived: {
    sourceRoot: '',
    modules: [{ name: 'a', folder: '' }],
    make: undefined,
    from: 'obj-m',
    asked: ['makefiles x'],
    warnings: [],
  },
  adopted: { package: 'a-dkms' },
  told: { control: 'b' },
};

test('what init writes is read again', async () => {
  expect(await read(formatManifest(WHOLE))).toEqual(WHOLE);
  expect(await read('{"files": {}}')).toEqual({ files: {} });
});

test.each([
  '{',
  'null',
  '[]',
  '{"files": []}',
  '{"files": {"a": 1}}',
  '{"files": {}, "choices": 5}',
  '{"files": {}, "choices": {"conf": 3}}',
  '{"files": {}, "choices": {"allowFiles": 3}}',
  '{"files": {}, "choices": {"rules": "make"}}',
  '{"files": {}, "derived": {}}',
  '{"files": {}, "derived": null}',
  '{"files": {}, "dkms": 4}',
])('bug: %s is malformed', async (text) => {
  expect(await read(text)).toBeUndefined();
});
