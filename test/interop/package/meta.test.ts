import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { installedSize } from '../../../src/archive/staged/installed-size.ts';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import type { DkmsConf } from '../../../src/dkms/conf/conf.ts';
import { parseKernelConfig } from '../../../src/kernel/config.ts';
import type { KernelHeaders } from '../../../src/kernel/headers.ts';
import { stageMetaPackage } from '../../../src/package/modules/meta-package.ts';
import { stageModulesPackage } from '../../../src/package/modules/modules-package.ts';
import { META_KINDS, type MetaKind } from '../../../src/package/modules/package-choices.ts';
import { writePackage } from '../../../src/package/staged-package.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { asRoot } from '../../support/as-root.ts';
import { type DebianRoot, type Suite, withDebianRoot } from '../../support/chroot.ts';
import { lintianProblems } from '../../support/lintian.ts';
import { builtModule, helloDescription } from '../../support/module-build.ts';

/**
 * Kernels of a flavour of its own, as Debian's packages are: linux-image-test provides
 * linux-latest-modules-K and depends on linux-image-K.
 */
const OLD = { release: '6.12.200+deb13-test', version: '6.12.200-1' };
const NEW = { release: '6.12.201+deb13-test', version: '6.12.201-1' };

const DRIVER = helloDescription(
  '1.0-1',
  'hello (1.0-1) unstable; urgency=medium\n\n  * New.\n\n -- Erika Mustermann <erika@example.org>  Mon, 02 Mar 2026 10:00:00 +0000\n',
);
const TIME = { timestamp: 1_790_000_000 };

function headersOf({ release, version }: typeof OLD): KernelHeaders {
  return {
    release,
    directory: '/nowhere',
    configFile: undefined,
    config: parseKernelConfig('CONFIG_MODVERSIONS=y\n'),
    architecture: 'amd64',
    machine: 'x86_64',
    moduleDirectory: '/usr/lib/modules',
    packageVersion: version,
  };
}

async function modulesPackage(kernel: typeof OLD, directory: string): Promise<string> {
  const file = join(directory, 'hello.ko');
  await writeFile(file, 'a module');
  const conf = { name: 'hello', version: '1.0' } as DkmsConf;
  const build = builtModule(conf, 'hello.ko', file);
  return writePackage(await stageModulesPackage(build, headersOf(kernel), DRIVER, TIME), directory);
}

async function metaPackage(kind: MetaKind, kernel: typeof OLD, directory: string) {
  const staged = await stageMetaPackage(kind, 'hello', 'test', headersOf(kernel), DRIVER, TIME);
  return writePackage(staged, directory);
}

/** A package without content, for the names of which apt has to decide. */
async function barePackage(
  name: string,
  version: string,
  relations: readonly string[],
  directory: string,
): Promise<string> {
  const tree = new StagedTree(TIME.timestamp);
  const text = [
    `Package: ${name}`,
    `Version: ${version}`,
    'Architecture: amd64',
    'Maintainer: Meta Test <meta@example.org>',
    `Installed-Size: ${installedSize(tree)}`,
    ...relations,
    'Section: kernel',
    'Priority: optional',
    'Description: package of a test\n',
  ];
  const control = [{ name: 'control', bytes: Buffer.from(text.join('\n')), mode: 0o644 }];
  return writePackage(
    { fileName: `${name}_${version}_amd64.deb`, tree, control, ...TIME },
    directory,
  );
}

async function kernelPackages({ release, version }: typeof OLD, directory: string) {
  return [
    await barePackage(`linux-image-${release}`, version, [], directory),
    await barePackage(
      'linux-image-test',
      version,
      [
        `Depends: linux-image-${release} (= ${version})`,
        `Provides: linux-latest-modules-${release}`,
      ],
      directory,
    ),
  ];
}

/** A root whose apt knows one archive only: the packages that `publish` was given last. */
async function withArchive(
  suite: Suite,
  work: (archive: {
    root: DebianRoot;
    publish(files: readonly string[]): Promise<void>;
    apt(...args: string[]): Promise<string>;
    /** Installed packages of the test, `name version`. */
    installed(): Promise<string[]>;
  }) => Promise<void>,
): Promise<void> {
  await withDebianRoot(suite, async (root) => {
    const place = join(root.directory, 'srv/archive');
    const options = [
      ...['-y', '-o', 'Dir::Etc::sourcelist=/srv/archive.list'],
      ...['-o', 'Dir::Etc::sourceparts=/dev/null', '-o', 'APT::Get::List-Cleanup=0'],
    ];
    const apt = async (...args: string[]) =>
      (await root.run('apt-get', [...options, ...args], { timeoutSeconds: 120 })).stdout;
    await asRoot([
      'sh',
      '-c',
      'echo "deb [trusted=yes] file:/srv/archive ./" >"$0"/srv/archive.list',
      root.directory,
    ]);
    await work({
      root,
      apt,
      publish: async (files) => {
        await asRoot(['rm', '-rf', place]);
        await asRoot(['mkdir', place]);
        await asRoot(['cp', '--', ...files, place]);
        const script = 'cd "$0" && dpkg-scanpackages -m . >Packages 2>/dev/null';
        await asRoot(['sh', '-c', script, place]);
        await apt('update');
      },
      installed: async () => {
        const format = '$' + '{db:Status-Status} $' + '{Package} $' + '{Version}\n';
        const { stdout } = await root.run('dpkg-query', ['-W', '-f', format]);
        return stdout
          .split('\n')
          .filter((line) => /^installed (hello-|linux-image-(test|.*-test) )/.test(line))
          .map((line) => line.replace('installed ', ''));
      },
    });
  });
}

describe.each(['bookworm', 'trixie'] as const)('the metapackage and the apt of %s', (suite) => {
  test('lockstep holds the kernel until its modules are available, then upgrades both; autoremove works', async () => {
    await withTemporaryDirectory('meta', async (directory) => {
      const before = [
        ...(await kernelPackages(OLD, directory)),
        await modulesPackage(OLD, directory),
        await metaPackage('lockstep', OLD, directory),
      ];
      const kernel = await kernelPackages(NEW, directory);
      const after = [
        await modulesPackage(NEW, directory),
        await metaPackage('lockstep', NEW, directory),
      ];
      await withArchive(suite, async ({ publish, apt, installed }) => {
        await publish(before);
        await apt('install', 'hello-modules-test');
        const old = [
          `hello-modules-${OLD.release} 1.0-1+${OLD.version}`,
          `hello-modules-test 1.0-1+${OLD.version}`,
          `linux-image-${OLD.release} ${OLD.version}`,
          `linux-image-test ${OLD.version}`,
        ];
        expect(await installed()).toEqual(old);
        await publish([...before, ...kernel]);
        expect(await apt('upgrade', '--with-new-pkgs')).toMatch(/kept back:\s+linux-image-test/);
        expect(await installed()).toEqual(old);
        await publish([...before, ...kernel, ...after]);
        await apt('upgrade', '--with-new-pkgs');
        expect(await installed()).toEqual([
          old[0],
          `hello-modules-${NEW.release} 1.0-1+${NEW.version}`,
          `hello-modules-test 1.0-1+${NEW.version}`,
          old[2],
          `linux-image-${NEW.release} ${NEW.version}`,
          `linux-image-test ${NEW.version}`,
        ]);
        // apt keeps the modules as long as it keeps their kernel.
        await apt('remove', `linux-image-${OLD.release}`);
        await apt('autoremove');
        expect(await installed()).toEqual([
          `hello-modules-${NEW.release} 1.0-1+${NEW.version}`,
          `hello-modules-test 1.0-1+${NEW.version}`,
          `linux-image-${NEW.release} ${NEW.version}`,
          `linux-image-test ${NEW.version}`,
        ]);
      });
    });
  });

  test('loose and fallback do not hold the kernel; fallback installs -dkms if there are no modules', async () => {
    await withTemporaryDirectory('meta', async (directory) => {
      const [loose, fallback] = [join(directory, 'loose'), join(directory, 'fallback')];
      for (const place of [loose, fallback]) await mkdir(place);
      const modules = await modulesPackage(OLD, directory);
      const dkms = await barePackage('hello-dkms', '1.0-1', [], directory);
      const [old, kernel] = [
        await kernelPackages(OLD, directory),
        await kernelPackages(NEW, directory),
      ];
      const metas = {
        loose: await metaPackage('loose', OLD, loose),
        fallback: await metaPackage('fallback', OLD, fallback),
      };
      await withArchive(suite, async ({ publish, apt, installed }) => {
        for (const kind of ['loose', 'fallback'] as const) {
          await publish([...old, modules, dkms, metas[kind]]);
          await apt('install', 'linux-image-test', 'hello-modules-test');
          expect(await installed()).toContain(`hello-modules-${OLD.release} 1.0-1+${OLD.version}`);
          expect(await installed()).not.toContain('hello-dkms 1.0-1');
          await publish([...old, modules, dkms, metas[kind], ...kernel]);
          await apt('upgrade', '--with-new-pkgs');
          expect(await installed()).toContain(`linux-image-test ${NEW.version}`);
          await apt('purge', 'hello-.*', 'linux-image-.*test$');
          expect(await installed()).toEqual([]);
        }
        // No modules in this archive, for whatever reason.
        await publish([...old, dkms, metas.fallback]);
        await apt('install', 'hello-modules-test');
        expect(await installed()).toContain('hello-dkms 1.0-1');
      });
    });
  });
});

test('lintian and dpkg-deb have no complaints', async () => {
  await withTemporaryDirectory('meta', async (directory) => {
    const files: string[] = [];
    for (const kind of META_KINDS) {
      const place = join(directory, kind);
      await mkdir(place);
      files.push(await metaPackage(kind, NEW, place));
      await run('dpkg-deb', ['-I', files.at(-1) ?? '']);
    }
    expect(await lintianProblems(files)).toEqual([]);
  });
});
