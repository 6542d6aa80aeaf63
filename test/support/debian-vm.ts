import { join } from 'node:path';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { lastLines, run } from '../../src/system/process/run.ts';
import { kernelImage } from './kernels.ts';
import { packageInitramfs, type VmRoot } from './vm-initramfs.ts';

/** What one step in the machine said, stdout and stderr together, and how it ended. */
export interface StepResult {
  readonly status: number;
  readonly output: string;
}

export interface VmRequest {
  /** A kernel release of `bootableKernels`. */
  readonly release: string;
  readonly root: VmRoot;
  /** Packages that the machine finds in /packages. */
  readonly packages: readonly string[];
  /** Shell commands by name, run one after the other, whatever the one before came to. */
  readonly steps: Readonly<Record<string, string>>;
}

const BEGIN = '@@ begin ';
const END = '@@ end ';

/**
 * Boots Debian's own kernel in QEMU on a Debian root in memory, runs the steps there and returns what
 * they said. Without KVM, so that it works on every machine. Error with the end of the console where
 * the machine did not come to the last step.
 */
export async function runInVm(request: VmRequest): Promise<Record<string, StepResult>> {
  const kernel = await kernelImage(request.release);
  return withTemporaryDirectory('qemu', async (directory) => {
    const initramfs = join(directory, 'initramfs');
    const names = Object.keys(request.steps);
    await packageInitramfs(initramfs, { ...request, kernel, init: initScript(request.steps) });
    const { stdout } = await run(
      'qemu-system-x86_64',
      [
        ...['-accel', 'tcg', '-cpu', 'max', '-m', '1024', '-nodefaults', '-no-reboot'],
        ...['-display', 'none', '-serial', 'stdio'],
        ...['-kernel', kernel.file, '-initrd', initramfs],
        ...['-append', 'console=ttyS0 quiet panic=-1 random.trust_cpu=on'],
      ],
      { timeoutSeconds: 500 },
    );
    return readSteps(stdout.replaceAll('\r', ''), names);
  });
}

/** /init: mounts, then each step in a shell of its own. The kernel's messages are for dmesg. */
function initScript(steps: Readonly<Record<string, string>>): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return [
    '#!/bin/sh',
    'export PATH=/usr/sbin:/usr/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive',
    'mount -t proc proc /proc && mount -t sysfs sysfs /sys && mount -t devtmpfs devtmpfs /dev',
    'ln -s /proc/self/fd /dev/fd',
    'echo 1 >/proc/sys/kernel/printk',
    'step() {',
    `  echo "${BEGIN}$1"`,
    '  sh -c "$2" 2>&1 </dev/null',
    `  printf '\\n${END}%s %s\\n' "$1" $?`,
    '}',
    ...Object.entries(steps).map(([name, command]) => `step ${name} ${quote(command)}`),
    'echo o >/proc/sysrq-trigger',
    'sleep 10',
    '',
  ].join('\n');
}

/** A line of /proc/modules. */
export interface LoadedModule {
  readonly name: string;
  readonly usedBy: readonly string[];
  readonly state: string;
  /** Letters: O out of tree, E without a signature by a key that the kernel knows, P proprietary. */
  readonly taints: string;
}

export function parseModules(text: string): LoadedModule[] {
  const line = /^(\w+) \d+ \d+ (\S+) (Live|Loading|Unloading) 0x[0-9a-f]+(?: \((\w+)\))?$/gm;
  return [...text.matchAll(line)].map(([, name = '', users = '-', state = '', taints = '']) => ({
    name,
    usedBy: users.split(',').filter((user) => user !== '' && user !== '-'),
    state,
    taints,
  }));
}

function readSteps(console: string, names: readonly string[]): Record<string, StepResult> {
  const results: Record<string, StepResult> = {};
  for (const name of names) {
    const step = new RegExp(`^${BEGIN}${name}\\n([^]*?)\\n${END}${name} (\\d+)$`, 'm').exec(
      console,
    );
    if (step === null) {
      const end = lastLines(console, 40).join('\n');
      throw new Error(
        `the machine did not come to the end of '${name}'; its console ended:\n${end}`,
      );
    }
    results[name] = { output: step[1] ?? '', status: Number(step[2]) };
  }
  return results;
}
