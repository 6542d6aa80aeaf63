import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluateConf, scalar } from '../../../src/dkms/evaluate.ts';
import { DkmsDebError } from '../../../src/errors.ts';
import { readHeaders } from '../../../src/kernel/headers.ts';
import { buildModules } from '../../../src/module/build.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/cleanup.ts';
import { run } from '../../../src/system/run.ts';
import {
  ARCHIVE_PACKAGES,
  type ArchivePackageName,
  archivePackage,
} from '../../support/archive-packages.ts';
import { exampleDirectory } from '../../support/example.ts';
import { installedKernels } from '../../support/kernels.ts';
import { plainModule } from '../../support/plain-module.ts';
import { realDkmsBuild } from '../../support/real-dkms-build.ts';

const EXAMPLES = [
  { driver: 'hello', name: 'hello', version: '1.0' },
  { driver: 'duo', name: 'duo', version: '0.3.1' },
] as const;

/** All that the set-up fetched takes half an hour: PARITY=all npx vitest run test/interop/module/parity. */
const PACKAGES: readonly ArchivePackageName[] =
  process.env.PARITY === 'all'
    ? ARCHIVE_PACKAGES.filter((name) => name !== 'lttng-modules-dkms')
    : ['acpi-call-dkms', 'tp-smapi-dkms', 'v4l2loopback-dkms'];

const kernels = await Promise.all(
  (await installedKernels()).map((release) => readHeaders(release)),
);

interface Driver {
  readonly tree: string;
  readonly name: string;
  readonly version: string;
}

/** What ours makes of it: the same words as for DKMS. */
async function ourBuild(
  directory: string,
  { tree }: Driver,
  kernel: (typeof kernels)[number],
  jobs = 2,
) {
  process.env.XDG_CACHE_HOME = join(directory, 'cache');
  try {
    const build = await buildModules(join(directory, 'ours'), {
      sourceDirectory: tree,
      confFile: join(tree, 'dkms.conf'),
      headers: kernel,
      jobs,
      reporter: silentReporter,
    });
    const modules = await Promise.all(build.modules.map((module) => plainModule(module.file)));
    return {
      status: 0,
      modules: new Map(modules.map(({ name, bytes }) => [name, bytes])),
      error: undefined,
    };
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    return { status: error.exitStatus, modules: new Map<string, Buffer>(), error };
  }
}

const digests = (modules: ReadonlyMap<string, Buffer>) =>
  [...modules]
    .map(([name, bytes]) => `${name} ${createHash('sha256').update(bytes).digest('hex')}`)
    .sort();

/** A hash of names, modes, times and contents. */
async function fingerprint(tree: string): Promise<string> {
  const hash = createHash('sha256');
  const { stdout } = await run('find', ['.', '-printf', '%P %y %m %s %T@ %l\\n'], { cwd: tree });
  for (const line of stdout.split('\n').sort()) hash.update(line);
  for (const entry of await readdir(tree, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) hash.update(await readFile(join(entry.parentPath, entry.name)));
  }
  return hash.digest('hex');
}

async function compare(driver: Driver, directory: string, release: string): Promise<void> {
  const kernel = kernels.find((each) => each.release === release);
  if (kernel === undefined) throw new Error(release);
  const before = await fingerprint(driver.tree);
  const real = await realDkmsBuild(directory, driver, kernel);
  const ours = await ourBuild(directory, driver, kernel);
  expect([ours.status, ours.error?.message]).toEqual([
    real.status,
    real.status === 0 ? undefined : expect.anything(),
  ]);
  expect(digests(ours.modules)).toEqual(digests(real.modules));
  expect(await fingerprint(driver.tree)).toBe(before);
  if (process.env.PARITY !== undefined) {
    process.stderr.write(
      `${driver.name} ${release}: ${real.status} ${[...real.modules.keys()].join(' ')}\n`,
    );
  }
}

describe.each(kernels.map(({ release }) => release))(
  'the modules of dkms build for %s',
  (release) => {
    test.each(EXAMPLES)('examples/$driver', async ({ driver, name, version }) => {
      await withTemporaryDirectory('test', async (directory) => {
        const tree = await exampleDirectory(driver, directory);
        await compare({ tree, name, version }, directory, release);
      });
    });

    test.each(PACKAGES)('%s', async (packageName) => {
      await withTemporaryDirectory('test', async (directory) => {
        const { sourceTree: tree } = await archivePackage(packageName, join(directory, 'archive'));
        const [kernel] = kernels;
        if (kernel === undefined) throw new Error('no kernel headers');
        const evaluated = await evaluateConf(join(tree, 'dkms.conf'), { kernel });
        const name = scalar(evaluated, 'PACKAGE_NAME') ?? '';
        const version = scalar(evaluated, 'PACKAGE_VERSION') ?? '';
        await compare({ tree, name, version }, directory, release);
      });
    });
  },
);

test('two directories, one job or two: the same bytes', async () => {
  const kernel = kernels.at(-1);
  if (kernel === undefined) throw new Error('no kernel headers');
  const results: string[][] = [];
  for (const jobs of [1, 2]) {
    await withTemporaryDirectory(`test-${'x'.repeat(jobs * 7)}`, async (directory) => {
      const tree = await exampleDirectory('duo', directory);
      const driver = { tree, name: 'duo', version: '0.3.1' };
      results.push(digests((await ourBuild(directory, driver, kernel, jobs)).modules));
    });
  }
  expect(results[0]).toHaveLength(2);
  expect(results[1]).toEqual(results[0]);
});
