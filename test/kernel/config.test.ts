import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  moduleCompression,
  parseKernelConfig,
  readHeadersConfig,
} from '../../src/kernel/config.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';

const TEXT = `#
# Automatically generated file; DO NOT EDIT.
CONFIG_CC_VERSION_TEXT="gcc-12 (Debian 12.2.0-14) 12.2.0"
CONFIG_BARE=x86_64-linux-gnu-gcc-12 (Debian) 12
CONFIG_MODULES=y
CONFIG_USB=m
CONFIG_N=-12
CONFIG_EMPTY=""
CONFIG_QUOTE="a\\"b"
# CONFIG_OFF is not set
NO_CONFIG=y
`;

test('values are read without the quotes of .config', () => {
  expect([...parseKernelConfig(TEXT)]).toEqual([
    ['CONFIG_CC_VERSION_TEXT', 'gcc-12 (Debian 12.2.0-14) 12.2.0'],
    ['CONFIG_BARE', 'x86_64-linux-gnu-gcc-12 (Debian) 12'],
    ['CONFIG_MODULES', 'y'],
    ['CONFIG_USB', 'm'],
    ['CONFIG_N', '-12'],
    ['CONFIG_EMPTY', ''],
    ['CONFIG_QUOTE', 'a\\"b'],
  ]);
});

test.each([
  ['', 'none'],
  ['CONFIG_MODULE_COMPRESS_NONE=y', 'none'],
  ['CONFIG_MODULE_COMPRESS_XZ=y', 'xz'],
  ['CONFIG_MODULE_COMPRESS_ZSTD=y', 'zstd'],
  ['CONFIG_MODULE_COMPRESS=y\nCONFIG_MODULE_COMPRESS_GZIP=y', 'gzip'],
])('%j is %s', (text, expected) => {
  expect(moduleCompression(parseKernelConfig(text))).toBe(expected);
});

test('auto.conf is preferred to .config', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    expect(await readHeadersConfig(directory)).toEqual({
      configFile: undefined,
      config: new Map(),
    });
    await writeFile(join(directory, '.config'), 'CONFIG_A=y\n');
    expect((await readHeadersConfig(directory)).configFile).toBe(join(directory, '.config'));
    await mkdir(join(directory, 'include/config'), { recursive: true });
    const file = join(directory, 'include/config/auto.conf');
    await writeFile(file, 'CONFIG_A=m\n');
    expect((await readHeadersConfig(directory)).configFile).toBe(file);
  });
});
