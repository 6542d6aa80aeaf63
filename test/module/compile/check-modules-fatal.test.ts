import { describe, expect, test } from 'vitest';
import { parseKernelConfig } from '../../../src/kernel/config.ts';
import { parseSymvers } from '../../../src/kernel/symvers.ts';
import { checkModule } from '../../../src/module/compile/check-modules.ts';
import { readModuleFacts } from '../../../src/module/format/module-facts.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { modinfoSection, smallElf, versionsSection } from '../../support/verify-elf.ts';

const KERNEL = parseSymvers(
  '0x1\tfree\tvmlinux\tEXPORT_SYMBOL\t\n0x2\tgpl\tvmlinux\tEXPORT_SYMBOL_GPL\t\n0x3\tspaced\tvmlinux\tEXPORT_SYMBOL\tNS\n',
);
const OTHERS = parseSymvers('0x4\tother\t/build/other-one\tEXPORT_SYMBOL\t\n');
const HEADERS = {
  release: '6.1.0',
  machine: 'x86_64',
  config: parseKernelConfig('CONFIG_SMP=y\nCONFIG_MODVERSIONS=y\n'),
};

interface Fixture {
  readonly info?: Readonly<Record<string, string>>;
  readonly imports?: readonly string[];
  readonly crcs?: Readonly<Record<string, number>>;
  readonly without?: string;
  readonly machine?: number;
}

/** Warnings of a check; it throws what checkModule throws. */
async function check(fixture: Fixture, bytes = moduleOf(fixture)): Promise<string[]> {
  const warnings: string[] = [];
  const reporter = { ...silentReporter, warn: (text: string) => warnings.push(text) };
  const facts = await readModuleFacts('m.ko', bytes);
  checkModule(facts, HEADERS, { kernel: KERNEL, others: OTHERS }, reporter);
  return warnings;
}

function moduleOf({ info, imports = [], crcs = {}, without, machine }: Fixture): Buffer {
  const sections = [
    modinfoSection({ vermagic: '6.1.0 SMP modversions ', license: 'GPL', depends: '', ...info }),
    versionsSection({ free: 1, gpl: 2, spaced: 3, other: 4, ...crcs }),
    { name: '.gnu.linkonce.this_module', content: Buffer.alloc(8) },
  ].filter(({ name }) => name !== without);
  return smallElf(
    sections,
    imports.map((name) => ({ name })),
    machine,
  );
}

test('a module that the kernel would load, with imports of all kinds', async () => {
  const imports = ['free', 'gpl', 'other'];
  expect(await check({ imports, info: { depends: 'other_one' } })).toEqual([]);
});

describe('what no kernel would load: 10', () => {
  test.each<[string, Fixture, string, RegExp]>([
    ['unknown-symbols', { imports: ['free', 'strange'] }, 'strange', /BUILD_DEPENDS/],
    ['wrong-crcs', { imports: ['free'], crcs: { free: 7 } }, 'free', /kernel_source_dir/],
    ['wrong-crcs', { imports: ['other'], crcs: { other: 7 } }, 'other', /kernel_source_dir/],
    ['no-crcs', { without: '__versions' }, 'no CRCs', /kbuild/],
    ['gpl-only-symbols', { imports: ['gpl'], info: { license: 'Proprietary' } }, 'gpl', /LICENSE/],
    ['wrong-vermagic', { info: { vermagic: '6.2.0 SMP ' } }, 'kernel 6.2.0', /uname -r/],
    ['wrong-vermagic', { info: { vermagic: '6.1.0 ' } }, 'SMP', /uname -r/],
    ['no-modinfo', { without: '.modinfo' }, 'no .modinfo', /^$/],
    ['no-this-module', { without: '.gnu.linkonce.this_module' }, 'no kernel loads it', /kbuild/],
    ['wrong-machine', { machine: 183 }, 'is for aarch64, not x86_64', /compiler/],
  ])('%s: %o', async (code, fixture, message, hint) => {
    const error: unknown = await check(fixture).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code,
      exitStatus: 10,
      message: expect.stringContaining(message),
    });
    expect((error as { hint?: string }).hint ?? '').toMatch(hint);
    expect((error as Error).message).toMatch(/^m\.ko: /);
  });

  test.each([
    ['empty', Buffer.alloc(0)],
    ['no-module', Buffer.from('#!/bin/sh\n')],
  ])('%s', async (code, bytes) => {
    await expect(check({}, bytes)).rejects.toMatchObject({ code, exitStatus: 10 });
  });
});

test('what a kernel may be set to load is told, not refused', async () => {
  expect(await check({ imports: ['spaced'] })).toEqual([
    'm.ko: it does not import the namespaces of these symbols: spaced',
  ]);
  expect(await check({ info: { depends: 'gone' } })).toEqual([
    expect.stringMatching(/depends on modules that neither .* have: gone/),
  ]);
});

test('bug: a machine that we have no number of is not refused for that', async () => {
  expect(await check({ machine: 43 })).toEqual([]);
});
