import { withTemporaryDirectory } from '../../src/system/cleanup.ts';
import { lastLines, run } from '../../src/system/run.ts';
import { buildInitramfs, MODULES_BEGIN, MODULES_END } from './initramfs.ts';

export interface BootRequest {
  /** A bzImage, see `kernelImage`. */
  readonly kernelImage: string;
  /** Module files (.ko, .ko.gz, .ko.xz, .ko.zst), in the order of loading. */
  readonly modules: readonly string[];
  /** What the console must show, else the boot fails. */
  readonly expect: string | RegExp;
  /** Lines for busybox sh, run after the modules are loaded. */
  readonly commands?: readonly string[];
  readonly timeoutSeconds?: number;
}

/** A line of /proc/modules. */
export interface LoadedModule {
  readonly name: string;
  readonly size: number;
  readonly usedBy: readonly string[];
  readonly state: string;
  /** Letters: O out of tree, E unsigned, P proprietary. */
  readonly taints: string;
}

export interface BootResult {
  readonly console: string;
  readonly modules: readonly LoadedModule[];
}

/**
 * Boots a kernel in QEMU, loads modules there and returns what the console said. Without KVM, so
 * that it works on every machine; it takes seconds because nothing but the kernel is started.
 */
export async function bootAndLoad(request: BootRequest): Promise<BootResult> {
  return withTemporaryDirectory('qemu', async (directory) => {
    const initramfs = await buildInitramfs(directory, request.modules, request.commands ?? []);
    const { stdout } = await run(
      'qemu-system-x86_64',
      [
        ...['-accel', 'tcg', '-m', '512', '-nodefaults', '-no-reboot'],
        ...['-display', 'none', '-serial', 'stdio'],
        ...['-kernel', request.kernelImage, '-initrd', initramfs],
        ...['-append', 'console=ttyS0 quiet panic=-1 random.trust_cpu=on'],
      ],
      { timeoutSeconds: request.timeoutSeconds ?? 120 },
    );
    return readConsole(stdout.replaceAll('\r', ''), request.expect);
  });
}

function readConsole(console: string, expect: string | RegExp): BootResult {
  const begin = console.indexOf(MODULES_BEGIN);
  const end = console.indexOf(MODULES_END, begin);
  const found = typeof expect === 'string' ? console.includes(expect) : expect.test(console);
  if (begin < 0 || end < 0 || !found) {
    const what = found ? 'the end of the script' : `'${expect}'`;
    throw new Error(
      `the kernel's console did not show ${what}; it ended:\n${lastLines(console, 40).join('\n')}`,
    );
  }
  return { console, modules: parseModules(console.slice(begin, end)) };
}

/** Reads /proc/modules; a message of the kernel that fell in between is not taken for a line of it. */
export function parseModules(text: string): LoadedModule[] {
  const line = /^(\w+) (\d+) \d+ (\S+) (Live|Loading|Unloading) 0x[0-9a-f]+(?: \((\w+)\))?$/gm;
  return [...text.matchAll(line)].map(([, name = '', size, users = '-', state = '', taints]) => ({
    name,
    size: Number(size),
    usedBy: users.split(',').filter((user) => user !== '' && user !== '-'),
    state,
    taints: taints ?? '',
  }));
}
