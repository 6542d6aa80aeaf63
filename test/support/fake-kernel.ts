import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { type KernelConfig, parseKernelConfig } from '../../src/kernel/config.ts';
import type { KernelHeaders } from '../../src/kernel/headers.ts';
import { buildModules, type ModuleBuild } from '../../src/module/compile/build-modules.ts';
import type { ModuleSigner } from '../../src/module/sign/module-signer.ts';
import type { Reporter } from '../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';
import { withEnvironment } from './environment.ts';

export const RELEASE = '6.1.0-fake';

/** A Makefile that makes a .ko of every .c below M. That is enough of kbuild for all steps after make. */
const MAKEFILE = `
sources := $(shell find $(M) -name '*.c')
all: $(sources:.c=.ko)
%.ko: %.c
	gcc $(KCFLAGS) -g -c -o $@ $<
`;

/**
 * Returns a C source for a module with everything that modpost would add, for a kernel without
 * configuration.
 */
export function moduleSource(text = '', release = RELEASE): string {
  const info = (name: string, value: string) =>
    `static const char ${name}[] __attribute__((section(".modinfo"), used)) = "${name}=${value}";\n`;
  return [
    info('vermagic', `${release} `),
    info('license', 'GPL'),
    'static char this_module[8] __attribute__((section(".gnu.linkonce.this_module"), used));\n',
    `${text}\n`,
  ].join('');
}

/** A dkms.conf with one module. A case appends its text. */
export const CONF = `PACKAGE_NAME=t
PACKAGE_VERSION=1.0
BUILT_MODULE_NAME[0]=m
DEST_MODULE_LOCATION[0]=/updates
`;

/** The files of a driver with one module. */
export const TREE = { 'dkms.conf': CONF, 'm.c': moduleSource() };

/** Changes `one` in x to `two`. */
export const PATCH = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-one\n+two\n';

export async function writeFiles(
  root: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    if (text.startsWith('#!')) await chmod(join(root, path), 0o755);
  }
}

/** Writes headers without a real kernel below `directory`. */
export async function fakeHeaders(
  directory: string,
  options: { config?: string; symvers?: string; release?: string } = {},
): Promise<KernelHeaders> {
  await writeFiles(directory, { Makefile: MAKEFILE });
  if (options.symvers !== undefined) {
    await writeFiles(directory, { 'Module.symvers': options.symvers });
  }
  const config: KernelConfig = parseKernelConfig(options.config ?? '');
  if (options.config !== undefined) await writeFiles(directory, { '.config': options.config });
  return {
    release: options.release ?? RELEASE,
    directory,
    configFile: options.config === undefined ? undefined : join(directory, '.config'),
    config,
    architecture: 'amd64',
    machine: (await run('uname', ['-m'])).stdout.trim(),
    moduleDirectory: '/lib/modules',
    packageVersion: undefined,
  };
}

export interface FakeBuild {
  readonly warnings: readonly string[];
  readonly build: ModuleBuild;
  /** The directory of the source and the built files while `look` runs. */
  readonly directory: string;
}

/** Builds a tree of `files` for a fake kernel, and calls `look` with the result. */
export async function fakeBuild<T>(
  files: Readonly<Record<string, string>>,
  look: (result: FakeBuild) => Promise<T>,
  options: Parameters<typeof fakeHeaders>[1] & {
    jobs?: number;
    timestamp?: number;
    debug?: boolean;
    signer?: ModuleSigner;
  } = {},
): Promise<T> {
  return withTemporaryDirectory('test', async (directory) => {
    const source = join(directory, 'source');
    await writeFiles(source, files);
    const headers = await fakeHeaders(join(directory, 'headers'), options);
    const warnings: string[] = [];
    const reporter: Reporter = {
      progress() {},
      briefProgress() {},
      advance() {},
      alert() {},
      transcript() {},
      note() {},
      failure() {},
      warn: (message) => warnings.push(message),
    };
    await mkdir(join(directory, 'work'));
    // The logs are removed with the test's directory.
    return withEnvironment({ XDG_CACHE_HOME: join(directory, 'cache') }, async () => {
      const build = await buildModules(join(directory, 'work'), {
        sourceDirectory: source,
        confFile: join(source, 'dkms.conf'),
        headers,
        jobs: options.jobs ?? 1,
        debug: options.debug ?? false,
        signer: options.signer,
        reporter,
        ...(options.timestamp === undefined ? {} : { timestamp: options.timestamp }),
      });
      return look({ warnings, build, directory });
    });
  });
}

type FakeBuildOptions = Parameters<typeof fakeBuild>[2];

/** Returns the file names of the modules that are built from `files`. */
export function builtNames(
  files: Readonly<Record<string, string>>,
  options?: FakeBuildOptions,
): Promise<string[]> {
  return fakeBuild(files, async ({ build }) => build.modules.map(({ name }) => name), options);
}

/** Returns the error of building `files`. */
export function buildFailure(
  files: Readonly<Record<string, string>>,
  options?: FakeBuildOptions,
): Promise<unknown> {
  return fakeBuild(files, async () => undefined, options).then(
    () => expect.unreachable('the build succeeded'),
    (error: unknown) => error,
  );
}
