import { join } from 'node:path';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';
import { lastLines } from '../../src/system/text/last-lines.ts';
import { type KernelImage, kernelImage } from './kernels.ts';
import { packageInitramfs, type VmRoot } from './vm-initramfs.ts';

/** The output (stdout and stderr together) and exit status of one step in the machine. */
export interface StepResult {
  readonly status: number;
  readonly output: string;
}

export interface VmRequest {
  /** One of the kernel releases of `bootableKernels`, or that of `kernel`. */
  readonly release: string;
  /** The kernel; by default that of `kernelImage`. */
  readonly kernel?: KernelImage;
  readonly root: VmRoot;
  /** Packages that are put into /packages of the machine. */
  readonly packages: readonly string[];
  /** Shell commands by name. They run one after the other, even after a failure. */
  readonly steps: Readonly<Record<string, string>>;
}

const BEGIN = '@@ begin ';
const END = '@@ end ';

/**
 * Boots Debian's own kernel in QEMU with a Debian root in memory, runs the steps and returns their
 * outputs. Does not use KVM, so it works on every machine. Throws an Error with the end of the console if
 * the machine does not finish the last step.
 */
export async function runInVm(request: VmRequest): Promise<Record<string, StepResult>> {
  const kernel = request.kernel ?? (await kernelImage(request.release));
  return withTemporaryDirectory('qemu', async (directory) => {
    const initramfs = join(directory, 'initramfs');
    const names = Object.keys(request.steps);
    await packageInitramfs(initramfs, { ...request, kernel, init: initScript(request.steps) });
    const { stdout } = await run(
      'qemu-system-x86_64',
      [
        // A processor without AVX, which costs more in emulation than what it replaces, but with the random numbers that
        // the kernel waits for. The protection of a real one against other programs costs a sixth of the time.
        ...['-accel', 'tcg', '-cpu', 'Nehalem,+rdrand', '-m', '1024', '-nodefaults', '-no-reboot'],
        ...['-display', 'none', '-serial', 'stdio'],
        ...['-kernel', kernel.file, '-initrd', initramfs],
        ...['-append', 'console=ttyS0 quiet panic=-1 random.trust_cpu=on mitigations=off'],
      ],
      { timeoutSeconds: 500 },
    );
    return readSteps(stdout.replaceAll('\r', ''), names);
  });
}

/**
 * Returns /init, which mounts file systems and runs each step in its own shell. Kernel messages do not go
 * to the console.
 */
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
  /** The letters after the module: O out of tree, E without a valid signature, P proprietary. */
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
