import { KernelError, UsageError } from '../errors.ts';
import { globExpression, isGlob } from '../system/glob.ts';
import { installedReleases } from './headers.ts';

/**
 * The releases that `-k` arguments and `--all` name, in order, each once. An exact release is taken
 * as it is (whether its headers exist is for readHeaders to say); `*`, `?` and `[…]` match installed ones.
 */
export async function selectReleases(patterns: readonly string[], all: boolean): Promise<string[]> {
  const selected = new Set<string>();
  const installed = await installedReleases();
  if (all) for (const release of installed) selected.add(release);
  for (const pattern of patterns) {
    if (!isGlob(pattern)) {
      selected.add(pattern);
      continue;
    }
    const expression = globExpression(pattern);
    const matching = installed.filter((release) => expression.test(release));
    if (matching.length === 0) {
      throw new KernelError('no-kernel-matches', `no kernel with headers matches "${pattern}"`, {
        hint: `Installed headers: ${installed.join(', ') || 'none; apt install linux-headers-amd64'}`,
      });
    }
    for (const release of matching) selected.add(release);
  }
  if (selected.size === 0 && all) {
    throw new KernelError('no-headers', 'no kernel headers are installed', {
      hint: 'Install some: apt install linux-headers-$(dpkg --print-architecture)',
    });
  }
  if (selected.size === 0) {
    throw new UsageError('no kernel named', {
      hint: `Name one with -k, or use --all. Installed headers: ${installed.join(', ') || 'none'}`,
    });
  }
  return [...selected];
}
