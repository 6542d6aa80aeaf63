import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePackage } from '../../packaging/package.ts';
import { ANY_STATUS } from '../../src/system/process/run.ts';
import { asRoot } from './as-root.ts';
import { type DebianRoot, withTrixieRoot } from './chroot.ts';
import { consoleCommands, type DocBlock, type DocPage, missingLine } from './doc-page.ts';
import { withKernelMirror } from './kernel-mirror.ts';
import { installedKernels } from './kernels.ts';
import { useLocalArchive } from './local-archive.ts';
import { PROJECT } from './project.ts';
import { call, type Sandbox } from './sandbox.ts';

/** One command of a page, or a whole `sh` block. `output` is set if the page shows its output. */
interface Step {
  readonly line: number;
  readonly command: string;
  readonly output?: readonly string[];
}

const MARK = '@@doc-step@@';

/**
 * Runs all blocks of a page in one bash session, in order, as a reader would type them. Throws an Error if
 * a command fails, or if its output differs from the page.
 */
export async function runDocPage(page: DocPage, sandbox: Sandbox): Promise<void> {
  const steps = page.blocks.filter((block) => block.notRun === undefined).flatMap(stepsOf);
  const { place: start, example } = page.start ?? {};
  const result =
    start === 'trixie' || start === 'mirror'
      ? await runInTrixie(steps, sandbox, start === 'mirror')
      : await runHere(steps, sandbox, example);
  const printed = result.output.split(new RegExp(`^${MARK}\\d+\n`, 'm')).slice(1);
  steps.forEach((step, i) => {
    const place = `${page.path}:${step.line}: ${step.command}`;
    const said = printed[i];
    if (said === undefined) {
      throw new Error(`${place}\nwas not reached; the one before failed:\n${printed.at(-1)}`);
    }
    const missing = step.output && missingLine(step.output, said.split('\n'));
    if (missing !== undefined)
      throw new Error(`${place}\nshould print: ${missing}\nprinted:\n${said}`);
  });
  if (result.exitStatus !== 0) {
    throw new Error(`${page.path}: the last command failed:\n${printed.at(-1)}`);
  }
}

function stepsOf(block: DocBlock): Step[] {
  if (block.kind === 'sh') return [{ line: block.line, command: block.text }];
  return consoleCommands(block.text).map(({ command, output }) => ({
    line: block.line,
    command,
    output,
  }));
}

function scriptOf(steps: readonly Step[], prologue: string): string {
  const body = steps.map(({ command }, i) => `printf '\\n%s\\n' '${MARK}${i}'\n${command}\n`);
  return `set -e\nexec 2>&1 </dev/null\n${prologue}\n${body.join('')}`;
}

/** Replaces `uname -r`, so that it prints a kernel with headers: pages use the running kernel. */
function runningKernel(release: string): string {
  return `uname() { if [ "$*" = -r ]; then echo '${release}'; else command uname "$@"; fi; }`;
}

async function runHere(steps: readonly Step[], sandbox: Sandbox, example: string | undefined) {
  const tree = join(sandbox.directory, 'work', example ?? 'driver');
  await mkdir(tree, { recursive: true });
  if (example !== undefined) {
    await cp(join(PROJECT, 'examples', example), tree, {
      recursive: true,
      // With the dates of other tests: they are part of what modules are made of.
      preserveTimestamps: true,
    });
  }
  const script = join(sandbox.directory, 'page.sh');
  const [kernel = ''] = await installedKernels();
  await writeFile(script, scriptOf(steps, runningKernel(kernel)));
  // In the default directory, gpg would use an agent that is shared by all homes of this user (/run/user/UID/gnupg), and
  // the agent would keep new keys in the home of another test.
  const keyring = join(sandbox.directory, 'gnupg');
  await mkdir(keyring, { mode: 0o700 });
  const env = { PROJECT, CI: 'true', GNUPGHOME: keyring };
  return call(sandbox, 'bash', [script], { cwd: tree, env }).finally(() =>
    call(sandbox, 'gpgconf', ['--kill', 'all'], { env }),
  );
}

/**
 * Installs dkms-deb's own package in the root, makes apt work offline without questions, and replaces
 * sudo.
 */
async function runInTrixie(steps: readonly Step[], sandbox: Sandbox, mirror: boolean) {
  const deb = await writePackage(PROJECT, sandbox.out);
  const inRoot = async (root: DebianRoot) => {
    await useLocalArchive(root);
    const install = ['install', '-qq', '-y', '--no-install-recommends', await root.copyIn(deb)];
    await root.run('apt-get', install, { timeoutSeconds: 300 });
    const prologue = [
      runningKernel(root.kernel),
      'sudo() { "$@"; }',
      'echo \'APT::Get::Assume-Yes "true";\' >/etc/apt/apt.conf.d/99docs',
      'mkdir -p /home/erika && cd /home/erika',
      ...(mirror ? ['cp -r /root/hello . && cd hello'] : []),
    ].join('\n');
    if (mirror) {
      const hello = join(PROJECT, 'examples/hello');
      await asRoot(['cp', '-r', '--', hello, join(root.directory, 'root')]);
    }
    return root.run('bash', ['-c', scriptOf(steps, prologue)], {
      env: { HOME: '/home/erika', CI: 'true' },
      accept: ANY_STATUS,
      timeoutSeconds: 540,
    });
  };
  return withTrixieRoot((root) =>
    mirror ? withKernelMirror(root, sandbox.directory, () => inRoot(root)) : inRoot(root),
  );
}
