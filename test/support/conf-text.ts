import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DkmsConf, readConf } from '../../src/dkms/conf/conf.ts';
import { type EvaluatedConf, evaluateConf } from '../../src/dkms/conf/evaluate.ts';
import { type KernelConfig, parseKernelConfig } from '../../src/kernel/config.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';

/** A kernel without headers, which are not needed to read a dkms.conf. */
export const KERNEL = {
  release: '6.1.0-56-amd64',
  machine: 'x86_64',
  directory: '/nonexistent/build',
  configFile: undefined,
} as const;

const HEAD = 'PACKAGE_NAME="t"\nPACKAGE_VERSION="1.0"\n';
/** A dkms.conf with one module. A case appends its text. */
export const ONE = `${HEAD}BUILT_MODULE_NAME[0]="m"\nDEST_MODULE_LOCATION[0]="/updates"\n`;
export const TWO = `${ONE}BUILT_MODULE_NAME[1]="n"\nDEST_MODULE_LOCATION[1]="/updates"\n`;

/** Evaluates `text` as a dkms.conf in an otherwise empty tree, for at most `timeoutSeconds` if they are given. */
export async function evaluateText(
  text: string | Buffer,
  release: string = KERNEL.release,
  timeoutSeconds?: number,
): Promise<EvaluatedConf> {
  return withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'dkms.conf');
    await writeFile(file, text);
    const limit = timeoutSeconds === undefined ? {} : { timeoutSeconds };
    return evaluateConf(file, { kernel: { ...KERNEL, release }, ...limit });
  });
}

/** Reads `text` as a dkms.conf for a kernel. `config` is the text of the kernel's configuration. */
export async function confOf(
  text: string,
  kernel: { release?: string; config?: string } = {},
): Promise<DkmsConf> {
  const release = kernel.release ?? KERNEL.release;
  const config: KernelConfig | undefined =
    kernel.config === undefined ? undefined : parseKernelConfig(kernel.config);
  return readConf(await evaluateText(text, release), { release, machine: KERNEL.machine, config });
}
