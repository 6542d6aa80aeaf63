import { join } from 'node:path';
import { compareVersions } from '../../debian/version.ts';
import { UsageError } from '../../errors.ts';
import { hostArchitecture, type KernelHeaders } from '../../kernel/headers.ts';
import { relocateHeaders } from '../../kernel/relocate-headers.ts';
import { headersOf, type KernelChoice } from '../../kernel/select.ts';
import type { Reporter } from '../../report/reporter.ts';
import { type ArchiveChoice, selectArchiveKernels } from './select-archive-kernels.ts';

/**
 * Returns headers and compilers with which init finds out how a tree without dkms.conf is built. They are for two of
 * the chosen kernels of archives: the newest, and also the oldest, because an old driver may build only for the oldest.
 * `scratch` is a directory of this run. Throws UsageError for kernels of another architecture: a driver's own makefile
 * can seldom cross-compile.
 */
export async function trialKernels(
  choice: ArchiveChoice,
  scratch: string,
  reporter: Reporter,
): Promise<KernelHeaders[]> {
  const host = await hostArchitecture();
  if (choice.wish.architectures.some((one) => one !== host)) {
    throw new UsageError(`the kernels must be for this machine's architecture, ${host}`, {
      hint: 'Leave --arch out: the dkms.conf is the same for every architecture.',
    });
  }
  const { kernels, startFetching } = await selectArchiveKernels(choice, scratch, reporter);
  const sorted = [...kernels].sort((a, b) => compareVersions(versionOf(b), versionOf(a)));
  const ends = [...new Set([sorted[0], sorted.at(-1)])].filter((one) => one !== undefined);
  startFetching(ends);
  const found: KernelHeaders[] = [];
  for (const kernel of ends) {
    reporter.progress(`getting headers and compiler of ${kernel.release}`);
    const headers = await headersOf(kernel);
    found.push(await relocateHeaders(headers, join(scratch, headers.release)));
  }
  return found;
}

function versionOf({ remote }: KernelChoice): string {
  return remote?.packageVersion ?? '0';
}
