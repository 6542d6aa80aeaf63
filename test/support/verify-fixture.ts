import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseKernelConfig } from '../../src/kernel/config.ts';
import { readSymvers } from '../../src/kernel/symvers.ts';
import { readModuleFacts } from '../../src/module/format/module-facts.ts';
import type { VerifyAgainst } from '../../src/module/verify/verify-against.ts';
import { verifyModule } from '../../src/module/verify/verify-module.ts';
import { type FixtureSection, modinfoSection, smallElf, versionsSection } from './verify-elf.ts';

export const RELEASE = '6.1.0-1-amd64';
export const SYMVERS = `0x11111111\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t
0x22222222\tprintk\tvmlinux\tEXPORT_SYMBOL\t
0x33333333\tgpl_thing\tdrivers/base/thing\tEXPORT_SYMBOL_GPL\t
0x44444444\tspaced\tdrivers/base/my-space\tEXPORT_SYMBOL\tSPACE
0x55555555\tfor_some\tvmlinux\tEXPORT_SYMBOL\tmodule:other
`;
export const CONFIG = `CONFIG_SMP=y
CONFIG_PREEMPT_BUILD=y
CONFIG_MODULE_UNLOAD=y
CONFIG_MODVERSIONS=y
CONFIG_MODULE_SIG_HASH="sha256"
CONFIG_MODULE_COMPRESS_NONE=y
`;

export async function exportsOf(text: string) {
  const directory = await mkdtemp(join(tmpdir(), 'symvers-'));
  await writeFile(join(directory, 'Module.symvers'), text);
  const exports = await readSymvers(join(directory, 'Module.symvers'));
  await rm(directory, { recursive: true });
  return exports;
}

export async function against(changes: Partial<VerifyAgainst> = {}): Promise<VerifyAgainst> {
  return {
    release: RELEASE,
    machine: 'x86_64',
    config: parseKernelConfig(CONFIG),
    exports: await exportsOf(SYMVERS),
    ...changes,
  };
}

export const INFO = {
  license: 'GPL',
  depends: '',
  name: 'small',
  vermagic: `${RELEASE} SMP preempt mod_unload modversions `,
};
export const VERSIONS = { module_layout: 0x11111111, printk: 0x22222222 };

export interface Fixture {
  readonly info?: Readonly<Record<string, string>>;
  readonly imports?: readonly string[];
  readonly versions?: Readonly<Record<string, number>>;
  readonly without?: string;
  readonly more?: readonly FixtureSection[];
  readonly machine?: number;
}

export function small(fixture: Fixture = {}): Buffer {
  const sections = [
    modinfoSection({ ...INFO, ...fixture.info }),
    versionsSection(fixture.versions ?? VERSIONS),
    { name: '.gnu.linkonce.this_module', content: 'this' },
  ].filter(({ name }) => name !== fixture.without);
  const imports = (fixture.imports ?? ['printk']).map((name) => ({ name }));
  return smallElf([...sections, ...(fixture.more ?? [])], imports, fixture.machine);
}

export async function codes(bytes: Buffer, kernel: VerifyAgainst, file = 'small.ko') {
  const { findings } = verifyModule(await readModuleFacts(file, bytes), kernel);
  return findings
    .filter(({ level }) => level !== 'ok')
    .map(({ level, code }) => `${level} ${code}`);
}
