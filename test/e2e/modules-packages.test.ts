import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { machine } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/system/process/run.ts';
import { asRoot } from '../support/as-root.ts';
import { debField, debPayload } from '../support/deb-payload.ts';
import { makeDpkgRoot } from '../support/dpkg-root.ts';
import { DRIVERS, dkmsIdentity, driverTree } from '../support/driver.ts';
import { installedKernels } from '../support/kernels.ts';
import { lintianProblems } from '../support/lintian.ts';
import { moduleFiles, moduleName } from '../support/module-files.ts';
import { plainModule } from '../support/plain-module.ts';
import { realDkmsBuild } from '../support/real-dkms-build.ts';
import { call, dkmsDeb, makeSandbox, type Sandbox, shareModules } from '../support/sandbox.ts';
import { sharedSandbox } from '../support/shared-sandbox.ts';
import { snapshot } from '../support/snapshot.ts';

const installed = await installedKernels();

/**
 * The examples are built for all installed kernels, each driver of the archive for one of them. v4l2loopback is built
 * for two, because the newest kernel does not compile it. `npm run corpus -- bmdeb` builds all drivers for all kernels,
 * also xtables-addons and jool, which take longer than all others together.
 */
const COMPILED = DRIVERS.filter((driver) => !/^(?:jool|xtables-addons)-dkms$/.test(driver));
const kernelsFor = (driver: (typeof DRIVERS)[number]) => {
  if (driver === 'hello' || driver === 'duo') return installed;
  if (driver === 'v4l2loopback-dkms')
    return [...new Set([...installed.slice(0, 1), ...installed.slice(-1)])];
  return [installed[COMPILED.indexOf(driver) % installed.length] ?? ''];
};

/** What `bmdeb --json` says of one kernel. */
interface KernelDocument {
  readonly release: string;
  readonly status: 'built' | 'excluded' | 'failed';
  readonly file?: string;
  readonly error?: { readonly code: string; readonly exitStatus: number };
}

function statusOf(document: KernelDocument | undefined): number | undefined {
  return document?.status === 'built' ? 0 : document?.error?.exitStatus;
}

function digests(modules: readonly [string, Buffer][]): string[] {
  return modules
    .map(([name, bytes]) => `${name} ${createHash('sha256').update(bytes).digest('hex')}`)
    .sort();
}

/** Warnings of lintian that are no fault of the package. */
const EXPECTED_TAGS = {
  'package-has-long-file-name': 'apt protects <name>-modules-<release>; both versions must sort',
};

const shared = sharedSandbox();
/** The packages of all drivers, for the last test. */
const packages: string[] = [];

describe.each(COMPILED)('%s: bmdeb for the installed kernels', (driver) => {
  const kernels = kernelsFor(driver);
  let own: Sandbox;
  let exitStatus: number;
  let documents: readonly KernelDocument[];
  let built: readonly (KernelDocument & { file: string })[];
  let tree: string;
  let before: unknown;

  beforeAll(async () => {
    const directory = join(shared().directory, driver);
    await mkdir(directory);
    own = await makeSandbox(directory);
    // What bmdeb has compiled in another test of this run is held against DKMS as well.
    await shareModules(own);
    tree = await driverTree(driver, join(own.directory, 'work'));
    before = await snapshot(tree);
    const flags = kernels.flatMap((release) => ['-k', release]);
    const result = await dkmsDeb(own, ['bmdeb', '--json', ...flags, '-o', own.out, tree]);
    exitStatus = result.exitStatus;
    documents = (JSON.parse(result.stdout) as { kernels: KernelDocument[] }).kernels;
    built = documents.flatMap(({ file, ...rest }) =>
      file === undefined ? [] : [{ ...rest, file }],
    );
    packages.push(...built.map(({ file }) => file));
  });

  test.for(kernels)(
    '%s: status and modules are those of dkms build, byte for byte',
    async (release) => {
      const directory = join(own.directory, release);
      await mkdir(directory);
      const real = await realDkmsBuild(
        directory,
        { tree, ...(await dkmsIdentity(tree)) },
        { release, machine: machine() },
      );
      const document = documents.find((each) => each.release === release);
      const unpacked = join(directory, 'unpacked');
      if (document?.file !== undefined) {
        await call(own, 'dpkg-deb', ['-x', document.file, unpacked]);
      }
      const ours = await Promise.all((await moduleFiles(unpacked)).map(plainModule));
      expect(
        {
          status: statusOf(document),
          modules: digests(ours.map(({ name, bytes }) => [name, bytes])),
        },
        real.output,
      ).toEqual({
        status: real.status,
        modules: digests([...real.modules]),
      });
    },
  );

  test('the exit status is that of the first failure, also if another driver compiles nothing', () => {
    const statuses = documents.map(statusOf);
    if (driver === 'hello' || driver === 'duo') expect(statuses).toEqual(kernels.map(() => 0));
    expect(exitStatus).toBe(statuses.find((status) => status !== 0) ?? 0);
    expect(statuses).toContain(0);
  });

  test.runIf(driver === 'duo')('dkms.conf saw the configuration of the kernel', async () => {
    for (const { release, file } of built) {
      const unpacked = join(own.directory, 'lock', release);
      await mkdir(unpacked, { recursive: true });
      await run('dpkg-deb', ['-x', file, unpacked]);
      const [core = ''] = await moduleFiles(unpacked);
      const { stdout } = await run('modinfo', ['-F', 'lock', core]);
      expect(stdout.trim()).toBe(release.includes('-rt-') ? 'raw' : 'spin');
    }
  });

  test('the tree is unchanged, and no files but the packages are left', async () => {
    expect(await snapshot(tree)).toEqual(before);
    expect(Object.keys((await snapshot(own.tmp)) ?? {})).toEqual(['.']);
    const written = Object.keys((await snapshot(own.out)) ?? {}).filter((name) => name !== '.');
    expect(written.map((name) => join(own.out, name)).sort()).toEqual(
      built.map(({ file }) => file).sort(),
    );
  });

  test('dpkg-deb reads the packages; their names, fields and paths name the kernel', async () => {
    const { name } = await dkmsIdentity(tree);
    const stem = name
      .toLowerCase()
      .replaceAll('_', '-')
      .replace(/-dkms$/, '');
    for (const { release, file } of built) {
      expect((await call(own, 'dpkg-deb', ['-I', file])).exitStatus).toBe(0);
      expect(await debField(file, 'Package')).toBe(`${stem}-modules-${release}`);
      expect(await debField(file, 'Provides')).toMatch(`${stem}-modules (= `);
      expect(await debField(file, 'Depends')).toMatch(
        `linux-image-${release} | linux-image-${release}-unsigned`,
      );
      const payload = await debPayload(file);
      const modules = Object.entries(payload).filter(([path]) => /\.ko(\.\w+)?$/.test(path));
      expect(modules.length).toBeGreaterThan(0);
      for (const [path, entry] of modules) {
        expect(path).toMatch(/^(usr\/)?lib\/modules\//);
        expect(path).toContain(`lib/modules/${release}/updates/`);
        expect(entry).toMatchObject({ type: 'file', mode: '644', owner: '0:0' });
      }
    }
  });

  test('dpkg installs them beside each other, postinst runs depmod, and modinfo finds the modules', async () => {
    const root = await makeDpkgRoot(own.directory, kernels);
    await root.dpkg(['-i', ...built.map(({ file }) => file)]);
    for (const { release, file } of built) {
      const modules = join(root.directory, 'usr/lib/modules', release);
      const { stdout: byPostinst } = await asRoot(['cat', join(modules, 'modules.dep')]);
      const installed = await moduleFiles(join(modules, 'updates'));
      expect(installed.length).toBeGreaterThan(0);
      for (const path of installed) expect(byPostinst).toContain(path.slice(modules.length + 1));

      await asRoot(['depmod', '-b', root.directory, release]);
      for (const path of installed) {
        const found = await call(own, 'modinfo', [
          ...['-b', root.directory, '-k', release, '-n', moduleName(path)],
        ]);
        expect(found.stdout.trim()).toMatch(new RegExp(`/updates/${moduleName(path)}\\.ko`));
      }
      const status = await root.dpkg(['-s', (await debField(file, 'Package')) ?? '']);
      expect(status.stdout).toContain('Status: install ok installed');
    }
    const names = await Promise.all(built.map(({ file }) => debField(file, 'Package')));
    await root.dpkg(['-P', ...names.map((name) => name ?? '')]);
    expect(await moduleFiles(join(root.directory, 'usr/lib/modules'))).toEqual([]);
    // The file that they share is an alternative, which goes with the last of them.
    for (const left of ['etc/dkms', 'etc/alternatives', 'var/lib/dpkg/alternatives']) {
      const found = await run('find', [join(root.directory, left), '-not', '-type', 'd'], {
        accept: [0, 1],
      });
      expect(found.stdout).toBe('');
    }
  });
});

// One call for all: lintian needs seconds before it looks at the first package.
test('lintian has no tags for the packages of all drivers', async () => {
  expect(packages.length).toBeGreaterThanOrEqual(COMPILED.length);
  expect(await lintianProblems(packages, EXPECTED_TAGS)).toEqual([]);
});
