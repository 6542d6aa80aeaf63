import { describe, expect, test } from 'vitest';
import { confOf, ONE, TWO } from '../../support/conf-text.ts';

const CONFIG = 'CONFIG_A=y\nCONFIG_B=m\nCONFIG_C="yes"\nCONFIG_N=12\n# CONFIG_D is not set\n';

describe('conditions on the kernel', () => {
  test.each([
    // directives, release, excluded
    ['BUILD_EXCLUSIVE_KERNEL=^6', '6.1.0-56-amd64', false],
    ['BUILD_EXCLUSIVE_KERNEL=amd64', '6.1.0-56-amd64', false],
    ['BUILD_EXCLUSIVE_KERNEL="^5\\.|^7\\."', '6.1.0-56-amd64', true],
    ['BUILD_EXCLUSIVE_KERNEL="("', '6.1.0-56-amd64', true],
    ['BUILD_EXCLUSIVE_ARCH="x86_64|aarch64"', '6.1.0-56-amd64', false],
    ['BUILD_EXCLUSIVE_ARCH=amd64', '6.1.0-56-amd64', true],
    ['BUILD_EXCLUSIVE_KERNEL_MIN=6.1', '6.1.0-56-amd64', false],
    ['BUILD_EXCLUSIVE_KERNEL_MIN=6.1.0', '6.1.0-56-amd64', false],
    ['BUILD_EXCLUSIVE_KERNEL_MIN=6.9', '6.12.1-amd64', false],
    ['BUILD_EXCLUSIVE_KERNEL_MIN=6.12', '6.9.1-amd64', true],
    ['BUILD_EXCLUSIVE_KERNEL_MAX=6.12', '6.12', false],
    ['BUILD_EXCLUSIVE_KERNEL_MAX=6.12', '6.12.1-amd64', true],
    ['BUILD_EXCLUSIVE_KERNEL_MAX=6.12', '6.12-rc1', true],
    ['BUILD_EXCLUSIVE_KERNEL_MAX=6.12', '6.9.99', false],
    ['BUILD_EXCLUSIVE_KERNEL_MAX=6.12.999', '6.12.117+deb12-amd64', false],
    ['OBSOLETE_BY=6.0', '6.1.0-56-amd64', true],
    ['OBSOLETE_BY=6.2', '6.1.0-56-amd64', false],
    ['OBSOLETE_BY=6.0 BUILD_EXCLUSIVE_KERNEL_MAX=7', '6.1.0-56-amd64', false],
    ['OBSOLETE_BY=6.0 BUILD_EXCLUSIVE_KERNEL_MAX[1]=7', '6.1.0-56-amd64', false],
  ])('%s on %s: %s', async (text, release, excluded) => {
    const conf = await confOf(ONE + (text.includes('[1]') ? TWO : '') + text, { release });
    expect(conf.excluded !== undefined).toBe(excluded);
    if (excluded) expect(conf.excluded).toContain(text.includes('ARCH') ? 'x86_64' : release);
  });
});

test.each([
  ['OBSOLETE_BY=6.0', '6.1.0-56-amd64 is newer than OBSOLETE_BY="6.0"'],
  [
    'OBSOLETE_BY=9 BUILD_EXCLUSIVE_KERNEL_MAX=6.0',
    '6.1.0-56-amd64 is newer than BUILD_EXCLUSIVE_KERNEL_MAX="6.0"',
  ],
])('bug: the reason did not name the directive: %s', async (text, reason) => {
  expect((await confOf(ONE + text, { release: '6.1.0-56-amd64' })).excluded).toBe(reason);
});

describe('conditions on the configuration', () => {
  test.each([
    ['CONFIG_A CONFIG_B', undefined],
    ['!CONFIG_D !CONFIG_E', undefined],
    ['CONFIG_D', 'BUILD_EXCLUSIVE_CONFIG: CONFIG_D is not set in this kernel'],
    ['CONFIG_A !CONFIG_B', 'BUILD_EXCLUSIVE_CONFIG: CONFIG_B is set in this kernel'],
    ['CONFIG_N', 'BUILD_EXCLUSIVE_CONFIG: CONFIG_N is not set in this kernel'],
  ])('%s', async (condition, excluded) => {
    const text = `${ONE}BUILD_EXCLUSIVE_CONFIG="${condition}"`;
    expect((await confOf(text, { config: CONFIG })).excluded).toBe(excluded);
  });

  test('are ignored without a configuration', async () => {
    const conf = await confOf(`${ONE}BUILD_EXCLUSIVE_CONFIG="CONFIG_D !CONFIG_A"`);
    expect(conf.excluded).toBeUndefined();
  });
});

describe('conditions of single modules', () => {
  test.each([
    ['[1] is for its own module', 'BUILD_EXCLUSIVE_KERNEL[1]=^5', [false, true]],
    ['[0] is for all', 'BUILD_EXCLUSIVE_KERNEL[0]=^5 BUILD_EXCLUSIVE_KERNEL[1]=^6', [true, true]],
    ['both', 'BUILD_EXCLUSIVE_KERNEL[0]=^6 BUILD_EXCLUSIVE_ARCH[1]=none', [false, true]],
  ])('%s', async (_name, text, expected) => {
    const conf = await confOf(TWO + text);
    expect(conf.modules.map((module) => module.excluded !== undefined)).toEqual(expected);
    expect(conf.excluded !== undefined).toBe(!expected.includes(false));
  });
});
