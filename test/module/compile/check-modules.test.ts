import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseKernelConfig } from '../../../src/kernel/config.ts';
import { parseSymvers } from '../../../src/kernel/symvers.ts';
import { checkModules } from '../../../src/module/compile/check-modules.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { writeFiles } from '../../support/fake-kernel.ts';
import { modinfoSection, smallElf, versionsSection } from '../../support/verify-elf.ts';

const KERNEL = parseSymvers('0x1\tcall\tnet/core\tEXPORT_SYMBOL_GPL\tNS\n');
const HEADERS = {
  release: '6.1.0',
  machine: 'x86_64',
  config: parseKernelConfig('CONFIG_MODVERSIONS=y\n'),
};
const INFO = { vermagic: '6.1.0 modversions ', license: 'GPL', depends: '' };
const THIS = { name: '.gnu.linkonce.this_module', content: Buffer.alloc(8) };

/** A module that exports `call` with the CRC 7. */
const CORE = smallElf(
  [
    modinfoSection(INFO),
    versionsSection({}),
    THIS,
    { name: '__ksymtab', content: Buffer.alloc(12) },
    { name: '__kcrctab', content: Buffer.from([7, 0, 0, 0]) },
  ],
  [
    { name: '__ksymtab_call', section: '__ksymtab' },
    { name: '__crc_call', section: '__kcrctab' },
  ],
);
/** One that imports it with that CRC. */
const USER = smallElf(
  [modinfoSection(INFO), versionsSection({ call: 7 }), THIS],
  [{ name: 'call' }],
);

/** Checks modules below a build directory that has tables, too; the warnings. */
async function check(
  modules: Readonly<Record<string, Buffer>>,
  tables: Readonly<Record<string, string>>,
  old: readonly string[] = [],
): Promise<string[]> {
  return withTemporaryDirectory('check-modules', async (directory) => {
    await writeFiles(directory, tables);
    for (const table of old) await utimes(join(directory, table), 10, 10);
    const files: string[] = [];
    for (const [name, bytes] of Object.entries(modules)) {
      files.push(join(directory, name));
      await writeFile(join(directory, name), bytes);
    }
    const warnings: string[] = [];
    const reporter = { ...silentReporter, warn: (text: string) => warnings.push(text) };
    const exports = { kernel: KERNEL, dependencies: [], since: 1_000_000 };
    await checkModules(files, directory, HEADERS, exports, reporter);
    return warnings;
  });
}

const TABLE = '0x7\tcall\t/build/core\tEXPORT_SYMBOL\t\n';

test('a driver that replaces modules of the kernel is checked against its own (case 42)', async () => {
  expect(await check({ 'core.ko': CORE, 'user.ko': USER }, {})).toEqual([]);
  await expect(check({ 'user.ko': USER }, {})).rejects.toMatchObject({ code: 'wrong-crcs' });
});

test('a module that is built and not packed is told where the kernel has another one', async () => {
  const warnings = await check({ 'user.ko': USER }, { 'core/Module.symvers': TABLE });
  expect(warnings).toEqual([expect.stringMatching(/import symbols of core, .*does not name/)]);
});

test('a Module.symvers that the source has brought does not go before the kernel', async () => {
  const tables = { 'old/Module.symvers': TABLE };
  const checked = check({ 'user.ko': USER }, tables, ['old/Module.symvers']);
  await expect(checked).rejects.toMatchObject({ code: 'wrong-crcs' });
});
