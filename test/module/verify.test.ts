import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseKernelConfig } from '../../src/kernel/config.ts';
import { parseSymvers, readSymvers } from '../../src/kernel/symvers.ts';
import { readModuleFacts } from '../../src/module/module-facts.ts';
import { kernelAbi } from '../../src/module/modversions.ts';
import { verifyModule } from '../../src/module/verify.ts';
import type { VerifyAgainst } from '../../src/module/verify-against.ts';
import { type FixtureSection, modinfoSection, smallElf, versionsSection } from './verify-elf.ts';

const RELEASE = '6.1.0-1-amd64';
const SYMVERS = `0x11111111\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t
0x22222222\tprintk\tvmlinux\tEXPORT_SYMBOL\t
0x33333333\tgpl_thing\tdrivers/base/thing\tEXPORT_SYMBOL_GPL\t
0x44444444\tspaced\tdrivers/base/my-space\tEXPORT_SYMBOL\tSPACE
0x55555555\tfor_some\tvmlinux\tEXPORT_SYMBOL\tmodule:other
`;
const CONFIG = `CONFIG_SMP=y
CONFIG_PREEMPT_BUILD=y
CONFIG_MODULE_UNLOAD=y
CONFIG_MODVERSIONS=y
CONFIG_MODULE_SIG_HASH="sha256"
CONFIG_MODULE_COMPRESS_NONE=y
`;

async function exportsOf(text: string) {
  const directory = await mkdtemp(join(tmpdir(), 'symvers-'));
  await writeFile(join(directory, 'Module.symvers'), text);
  const exports = await readSymvers(join(directory, 'Module.symvers'));
  await rm(directory, { recursive: true });
  return exports;
}

async function against(changes: Partial<VerifyAgainst> = {}): Promise<VerifyAgainst> {
  return {
    release: RELEASE,
    machine: 'x86_64',
    config: parseKernelConfig(CONFIG),
    exports: await exportsOf(SYMVERS),
    ...changes,
  };
}

const INFO = {
  license: 'GPL',
  depends: '',
  name: 'small',
  vermagic: `${RELEASE} SMP preempt mod_unload modversions `,
};
const VERSIONS = { module_layout: 0x11111111, printk: 0x22222222 };

interface Fixture {
  readonly info?: Readonly<Record<string, string>>;
  readonly imports?: readonly string[];
  readonly versions?: Readonly<Record<string, number>>;
  readonly without?: string;
  readonly more?: readonly FixtureSection[];
  readonly machine?: number;
}

function small(fixture: Fixture = {}): Buffer {
  const sections = [
    modinfoSection({ ...INFO, ...fixture.info }),
    versionsSection(fixture.versions ?? VERSIONS),
    { name: '.gnu.linkonce.this_module', content: 'this' },
    ...(fixture.more ?? []),
  ].filter(({ name }) => name !== fixture.without);
  const imports = (fixture.imports ?? ['printk']).map((name) => ({ name }));
  return smallElf(sections, imports, fixture.machine);
}

async function codes(bytes: Buffer, kernel: VerifyAgainst, file = 'small.ko') {
  const { findings } = verifyModule(await readModuleFacts(file, bytes), kernel);
  return findings
    .filter(({ level }) => level !== 'ok')
    .map(({ level, code }) => `${level} ${code}`);
}

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
    [
      'error wrong-vermagic',
      {},
      { vermagic: `${RELEASE} SMP preempt mod_unload modversions aarch64` },
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
    ['a kernel without modversions', { versions: { printk: 7 } }, { exports: undefined }],
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
  ])('%s', async (name, fixture, changes) => {
    const zero = SYMVERS.replaceAll(/0x\d+/g, '0x00000000');
    const exports = await exportsOf(name.includes('modversions') ? zero : SYMVERS);
    expect(await codes(small(fixture), await against({ ...changes, exports }))).toEqual([]);
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

test('CRCs of Linux 6.13 and later, long names too', async () => {
  const long = 'a_name_that_has_more_than_the_56_characters_of_a_modversion_record';
  const crcs = Buffer.from('2222222277777777', 'hex');
  const more = [
    { name: '__version_ext_crcs', content: crcs },
    { name: '__version_ext_names', content: `printk\0${long}\0` },
  ];
  const { elf } = await readModuleFacts('x.ko', small({ without: '__versions', more }));
  expect([...(elf?.versions ?? [])]).toEqual([
    ['printk', '0x22222222'],
    [long, '0x77777777'],
  ]);
});

test('any one byte changed is a report, never a crash', async () => {
  const kernel = await against();
  const whole = small({ imports: ['printk', 'gpl_thing'] });
  for (let i = 0; i < whole.length; i++) {
    const changed = Buffer.from(whole);
    changed[i] = (changed[i] ?? 0) ^ 0xff;
    expect(
      verifyModule(await readModuleFacts('small.ko', changed), kernel).findings.length,
    ).toBeGreaterThan(0);
  }
});

test('tables without an end cost neither time nor memory', async () => {
  const endless = Buffer.alloc(4 * 1024 * 1024, 'x');
  const symbols = Array.from({ length: 2000 }, (_, i) => ({ name: `s${i}` }));
  const elf = smallElf([modinfoSection(INFO), { name: '__versions', content: endless }], symbols);
  // The names of the symbols lie in a table without a NUL.
  const names = elf.indexOf('s1999\0');
  elf.fill('y', elf.indexOf('\0s0\0s1\0') + 1, names + 6);
  const before = performance.now();
  const report = verifyModule(await readModuleFacts('small.ko', elf), await against());
  expect(report.findings.length).toBeGreaterThan(0);
  expect(performance.now() - before).toBeLessThan(5000);
});

test('Kernel-Abi: the imports, sorted, and the vermagic', () => {
  const symvers = parseSymvers(SYMVERS);
  const abi = kernelAbi(['printk', 'gpl_thing'], INFO.vermagic, symvers);
  // printf 'gpl_thing 0x33333333\nprintk 0x22222222\n6.1.0-1-amd64 SMP preempt mod_unload modversions\n' | sha256sum
  expect(abi).toBe('sha256:dd0dc6511ea92ad8f7376fcd86ce0a3729fb76b9f503fa1295bdab1dc3366247');
  expect(kernelAbi(['gpl_thing', 'printk', 'printk'], INFO.vermagic, symvers)).toBe(abi);
  expect(kernelAbi(['printk'], INFO.vermagic, symvers)).not.toBe(abi);
});
