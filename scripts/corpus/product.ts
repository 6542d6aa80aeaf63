import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ANY_STATUS, run } from '../../src/system/process/run.ts';
import { moduleFiles } from '../../test/support/module-files.ts';
import { AS_NOBODY, SOURCE_DATE_EPOCH } from '../../test/support/real-dkms-build.ts';
import type { BmdebStep, KernelBuild, Step } from './driver-record.ts';
import { moduleDigests } from './module-digests.ts';

/** The limit of virtual memory for each process: it ends runaway processes, but node and gcc stay below it. */
const MEMORY = 8_000_000_000;

/** The outcome of a call; `json` is undefined if it printed no JSON. */
export interface Answer extends Step {
  readonly json: Record<string, unknown> | undefined;
}

/** A copy of a built dkms-deb: a run takes hours, and must use the same program all the time. */
export class Product {
  readonly directory: string;
  constructor(directory: string) {
    this.directory = directory;
  }

  static async copy(from: string, to: string): Promise<Product> {
    await mkdir(to, { recursive: true });
    for (const part of ['bin', 'dist', 'templates', 'package.json']) {
      await cp(join(from, part), join(to, part), { recursive: true, force: true });
    }
    return new Product(to);
  }

  /** Runs a program as nobody, with limits of time and memory and its own home below `directory`. */
  async call(
    program: readonly string[],
    directory: string,
    { cwd = directory, timeoutSeconds = 600 } = {},
  ): Promise<{ status: number; stdout: string; output: string; stderr: string; seconds: number }> {
    const home = join(directory, 'home');
    const own = join(this.directory, 'bin');
    const [name = '', ...args] = program;
    const command = name === 'dkms-deb' ? join(own, name) : name;
    const limited = [...AS_NOBODY, 'prlimit', `--as=${MEMORY}`, command, ...args];
    const [first = '', ...rest] = limited;
    const started = performance.now();
    const seconds = () => Math.round((performance.now() - started) / 100) / 10;
    try {
      const result = await run(first, rest, {
        cwd,
        accept: ANY_STATUS,
        timeoutSeconds,
        env: {
          PATH: `${own}:${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin`,
          HOME: home,
          TMPDIR: home,
          SOURCE_DATE_EPOCH,
          DEBFULLNAME: 'Corpus Run',
          DEBEMAIL: 'corpus@example.org',
        },
      });
      return { status: result.exitStatus, seconds: seconds(), ...result };
    } catch (error) {
      const text = String(error);
      return { status: 124, stdout: '', output: text, stderr: text, seconds: seconds() };
    }
  }

  /** Runs a command of dkms-deb with --json. */
  async ask(command: string, args: readonly string[], directory: string): Promise<Answer> {
    const called = await this.call(['dkms-deb', command, '--json', ...args], directory);
    const json = parse(called.stdout);
    const error = json?.error as { code?: string; message?: string; hint?: string } | undefined;
    const said = error && [error.code, error.message, error.hint].filter(Boolean).join(': ');
    const fallback = called.status === 0 ? '' : lastLine(called.stderr);
    return { ...stepOf(called), error: oneLine(said ?? fallback, directory), json };
  }

  async bmdeb(
    tree: string,
    releases: readonly string[],
    directory: string,
    options: readonly string[] = [],
  ): Promise<BmdebStep> {
    const output = join(directory, 'home', `out-${Math.random().toString(36).slice(2)}`);
    const kernels = releases.flatMap((release) => ['-k', release]);
    const args = [...kernels, '-o', output, ...options, tree];
    const { json, ...step } = await this.ask('bmdeb', args, directory);
    const built: Record<string, KernelBuild> = {};
    const answers = (json?.kernels ?? []) as {
      release: string;
      status: KernelBuild['status'];
      file?: string;
      error?: { code: string; message: string };
    }[];
    for (const { release, status, file, error } of answers) {
      const unpacked = join(directory, 'unpacked', release);
      await mkdir(unpacked, { recursive: true });
      if (file !== undefined) await run('dpkg-deb', ['-x', file, unpacked]);
      const files = file === undefined ? [] : await moduleFiles(unpacked);
      const reason =
        error === undefined ? '' : oneLine(`${error.code}: ${error.message}`, directory);
      built[release] = {
        status,
        reason,
        modules: await moduleDigests(files, join(directory, 'm')),
      };
      await run('rm', ['-rf', '--', unpacked]);
    }
    await run('rm', ['-rf', '--', output]);
    return { ...step, kernels: built };
  }
}

export function stepOf(called: { status: number; seconds: number; stderr: string }): Step {
  const { status, seconds, stderr } = called;
  const warnings = stderr.split('\n').filter((line) => line.startsWith('warning: '));
  return {
    status,
    seconds,
    error: status === 0 ? '' : lastLine(stderr).slice(0, 200),
    warnings: warnings.map((line) => line.slice('warning: '.length, 300)),
  };
}

export function withoutJson<T extends { json: unknown }>({ json: _, ...rest }: T): Omit<T, 'json'> {
  return rest;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? '';

/** Returns the text on one line, without paths of the run. */
function oneLine(text: string, directory: string): string {
  return text.replaceAll(`${directory}/`, '').replaceAll('\n', ' ').slice(0, 400);
}
