import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseKernelConfig } from '../../../src/kernel/config.ts';
import { readModuleFacts } from '../../../src/module/format/module-facts.ts';
import type { VerifyAgainst } from '../../../src/module/verify/verify-against.ts';
import { verifyModule } from '../../../src/module/verify/verify-module.ts';
import { modinfoSection, smallElf } from '../../support/verify-elf.ts';
import {
  against,
  CONFIG,
  codes,
  exportsOf,
  type Fixture,
  INFO,
  RELEASE,
  SYMVERS,
  small,
  VERSIONS,
} from '../../support/verify-fixture.ts';

test('a module that is right', async () => {
  const report = verifyModule(await readModuleFacts('small.ko', small()), await against());
  expect(report.facts).toMatchObject({ file: 'small.ko', name: 'small', compression: 'none' });
  expect(report.findings.map(({ level, code }) => `${level} ${code}`)).toEqual([
    'ok machine',
    'ok vermagic',
    'ok symbols',
    'ok crcs',
    'ok unsigned',
    'ok compression',
  ]);
});

describe('one thing wrong', () => {
  test.each<[string, Fixture, Partial<VerifyAgainst>]>([
    ['error no-modinfo, error no-vermagic', { without: '.modinfo' }, {}],
    ['error no-this-module', { without: '.gnu.linkonce.this_module' }, {}],
    ['warning debug-data', { more: [{ name: '.debug_info', content: 'x' }] }, {}],
    ['error wrong-machine', { machine: 183 }, {}],
    ['error wrong-vermagic', { info: { vermagic: '6.1.0-2-amd64 SMP preempt ' } }, {}],
    [
      'error wrong-vermagic',
      { info: { vermagic: `${RELEASE} SMP preempt_rt mod_unload modversions` } },
      {},
    ],
    ['error unknown-symbols', { imports: ['printk', 'nowhere'] }, {}],
    ['error wrong-crcs', { versions: { ...VERSIONS, printk: 1 } }, {}],
    ['error wrong-crcs', { versions: { ...VERSIONS, module_layout: 1 } }, {}],
    ['error no-crcs', { without: '__versions' }, {}],
    ['warning missing-crcs', { versions: { module_layout: 0x11111111 } }, {}],
    [
      'error gpl-only-symbols',
      {
        imports: ['gpl_thing'],
        versions: { gpl_thing: 0x33333333 },
        info: { license: 'Proprietary' },
      },
      {},
    ],
    ['error missing-namespace', { imports: ['spaced'], versions: { spaced: 0x44444444 } }, {}],
    ['error missing-depends', { info: { depends: 'thing,other-one' } }, {}],
    [
      'unchecked symbols, unchecked depends',
      { info: { depends: 'other-one' }, imports: ['nowhere'] },
      { elsewhere: ['other-modules'] },
    ],
    ['error unsigned', {}, { mustBeSigned: true }],
    ['error unsigned', {}, { config: parseKernelConfig(`${CONFIG}CONFIG_MODULE_SIG_FORCE=y\n`) }],
    ['unchecked machine', {}, { machine: undefined }],
    ['unchecked vermagic, unchecked compression', {}, { config: undefined }],
    [
      'unchecked symbols, unchecked depends',
      { info: { depends: 'thing' } },
      { exports: undefined },
    ],
  ])('%s', async (expected, fixture, changes) => {
    expect((await codes(small(fixture), await against(changes))).join(', ')).toBe(expected);
  });

  test('what is no module at all', async () => {
    const kernel = await against();
    expect(await codes(Buffer.alloc(0), kernel)).toEqual(['error empty']);
    expect(await codes(Buffer.from('text\n'), kernel)).toEqual(['error no-module']);
    expect(await codes(small().subarray(0, 300), kernel)).toEqual(['error no-module']);
    expect(await codes(gzipSync(small()).subarray(0, 90), kernel)).toEqual(['error no-module']);
  });

  test('a name or compression that does not fit', async () => {
    const kernel = await against();
    const gz = gzipSync(small());
    expect(await codes(gz, kernel, 'small.ko.gz')).toEqual(['warning other-compression']);
    expect(await codes(gz, kernel)).toEqual(['error wrong-suffix']);
    expect(await codes(small(), kernel, 'small.ko.xz')).toEqual(['error wrong-suffix']);
  });
});

describe('what is right though it may not look so', () => {
  test.each<[string, Fixture, Partial<VerifyAgainst>]>([
    [
      'preempt_rt where the configuration has both',
      { info: { vermagic: `${RELEASE} SMP preempt_rt mod_unload modversions` } },
      { config: parseKernelConfig(`${CONFIG}CONFIG_PREEMPT_RT=y\n`) },
    ],
    ['words of an architecture', { info: { vermagic: `${INFO.vermagic}aarch64` } }, {}],
    [
      'a namespace that is imported',
      { imports: ['spaced'], versions: { spaced: 0x44444444 }, info: { import_ns: 'SPACE' } },
      {},
    ],
    [
      'a symbol for named modules',
      { imports: ['for_some'], versions: { for_some: 0x55555555 } },
      {},
    ],
    [
      'depends on modules of kernel and package',
      { info: { depends: 'thing,my-space,sibling' } },
      { otherModules: new Set(['sibling']) },
    ],
  ])('%s', async (_name, fixture, changes) => {
    expect(await codes(small(fixture), await against(changes))).toEqual([]);
  });

  test('a kernel without modversions', async () => {
    const exports = await exportsOf(SYMVERS.replaceAll(/0x\d+/g, '0x00000000'));
    const module = small({ versions: { printk: 7 } });
    expect(await codes(module, await against({ exports }))).toEqual([]);
  });

  test('symbols of a sibling, with its CRC out of __kcrctab', async () => {
    const crc = Buffer.from('0403020166666666', 'hex');
    const sibling = smallElf(
      [
        modinfoSection(INFO),
        { name: '__kcrctab_gpl', content: crc },
        { name: '__ksymtab_gpl', content: 'x' },
      ],
      [
        { name: '__crc_sibling_call', section: '__kcrctab_gpl', value: 4, binding: 0 },
        { name: '__ksymtab_sibling_call', section: '__ksymtab_gpl', binding: 0 },
      ],
    );
    const { elf } = await readModuleFacts('sibling.ko', sibling);
    expect([...(elf?.exports ?? [])]).toEqual([
      [
        'sibling_call',
        { crc: '0x66666666', owner: 'sibling', gplOnly: true, namespace: undefined },
      ],
    ]);
    const kernel = await against({ otherExports: elf?.exports ?? new Map() });
    const imports = ['sibling_call'];
    const right = small({ imports, versions: { sibling_call: 0x66666666 } });
    expect(await codes(right, kernel)).toEqual([]);
    const wrong = small({ imports, versions: { sibling_call: 1 } });
    expect(await codes(wrong, kernel)).toEqual(['error wrong-crcs']);
  });
});

describe('a driver that replaces modules of the kernel', () => {
  /** The driver's own my_space exports `spaced` with another CRC, without its namespace, to all licences. */
  const newer = () => exportsOf('0x77777777\tspaced\tmy-space\tEXPORT_SYMBOL\t\n');
  const user = (crc: number, license = 'GPL') =>
    small({ imports: ['spaced'], versions: { spaced: crc }, info: { license } });

  test('its own exports come before the kernel: CRC, licence, namespace', async () => {
    const kernel = await against({ otherExports: await newer() });
    expect(await codes(user(0x77777777), kernel)).toEqual([]);
    expect(await codes(user(0x44444444), kernel)).toEqual(['error wrong-crcs']);
    const gplOnly = await exportsOf('0x33333333\tgpl_thing\tthing\tEXPORT_SYMBOL\t\n');
    const free = small({
      imports: ['gpl_thing'],
      versions: { gpl_thing: 0x33333333 },
      info: { license: 'Proprietary' },
    });
    expect(await codes(free, await against({ otherExports: gplOnly }))).toEqual([]);
    expect(await codes(free, await against())).toEqual(['error gpl-only-symbols']);
  });

  test('another package beside it may bring them, or take them away', async () => {
    const beside = [{ name: 'newer-modules', exports: await newer() }];
    const kernel = await against({ beside });
    expect(await codes(user(0x77777777), kernel)).toEqual([]);
    const spaced = small({
      imports: ['spaced'],
      versions: { spaced: 0x44444444 },
      info: { import_ns: 'SPACE' },
    });
    expect(await codes(spaced, kernel)).toEqual(['warning replaced-exports']);
    expect(await codes(user(1), kernel)).toEqual(['error wrong-crcs', 'error missing-namespace']);
  });
});

test('a module that was signed after compression is told in words', async () => {
  const trailer = Buffer.concat([Buffer.alloc(40), Buffer.from('~Module signature appended~\n')]);
  const bytes = Buffer.concat([gzipSync(small()), trailer]);
  const { findings } = verifyModule(await readModuleFacts('small.ko.gz', bytes), await against());
  expect(findings).toMatchObject([
    { level: 'error', message: expect.stringContaining('signed after it was compressed') },
  ]);
});
