import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
import { asRoot } from '../../support/as-root.ts';
import { exampleDirectory } from '../../support/example.ts';
import { withKeyring } from '../../support/gpg-keys.ts';
import { RpmRoot } from '../../support/rpm-root.ts';
import { dkmsDebLines, type Sandbox, sandboxTest as test } from '../../support/sandbox.ts';

/** Stands for DKMS, whose dependencies the root does not have. */
const DKMS = `Name: dkms
Version: 3.2.2
Release: 1
Summary: x
License: MIT
BuildArch: noarch
AutoReqProv: no
Provides: /bin/sh
%description
x
%files
`;

/** A repository as docs/guides/rpm.md makes it, and the file that users have of it. */
class Repository {
  readonly sandbox: Sandbox;
  readonly directory: string;
  readonly key: string;
  readonly env: Readonly<Record<string, string>>;

  constructor(sandbox: Sandbox, home: string, key: string) {
    this.env = { GNUPGHOME: home };
    this.sandbox = sandbox;
    this.directory = join(sandbox.directory, 'site');
    this.key = key;
  }

  /** Adds a package, and writes and signs the index. */
  async add(file: string, name: string): Promise<void> {
    await mkdir(join(this.directory, 'Packages'), { recursive: true });
    await copyFile(file, join(this.directory, 'Packages', name));
    await run('createrepo_c', ['--quiet', '--no-database', this.directory]);
    const index = join(this.directory, 'repodata/repomd.xml');
    const sign = ['--detach-sign', '--armor', '--local-user', this.key, index];
    await run('gpg', ['--batch', '--yes', '--quiet', ...sign], { env: this.env });
  }

  /** Returns the directory with the .repo file. */
  async users(): Promise<string> {
    const key = join(this.sandbox.directory, 'key.asc');
    const { stdout } = await run('gpg', ['--armor', '--export', this.key], { env: this.env });
    await writeFile(key, stdout);
    const repos = join(this.sandbox.directory, 'repos');
    await mkdir(repos, { recursive: true });
    // Without pkg_gpgcheck zypper does not check the packages of a repository with a signed index (zypp.conf).
    const checks = ['gpgcheck=1', 'repo_gpgcheck=1', 'pkg_gpgcheck=1', `gpgkey=file://${key}`];
    const text = ['[hello]', 'name=hello', `baseurl=file://${this.directory}`, 'enabled=1'];
    await writeFile(join(repos, 'hello.repo'), [...text, ...checks, ''].join('\n'));
    return repos;
  }
}

/** How each program is called on a root. They have no cache: each call reads the index. */
const PROGRAMS = {
  dnf: (root: string, repos: string, cache: string) => [
    ...['dnf', '-y', `--installroot=${root}`, '--releasever=43', '--setopt=plugins=0'],
    ...[`--setopt=reposdir=${repos}`, `--setopt=cachedir=${cache}`, `--setopt=logdir=${cache}`],
    '--setopt=metadata_expire=0',
  ],
  zypper: (root: string, repos: string, cache: string) => [
    ...['zypper', '--root', root, '--reposd-dir', repos, '--cache-dir', cache],
    ...['--non-interactive', '--gpg-auto-import-keys'],
  ],
};

/** Builds hello 1.0 and 1.1 signed, and 1.2 without a signature. */
async function buildPackages(sandbox: Sandbox, home: string, key: string): Promise<string[]> {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const files: string[] = [];
  for (const version of ['1.0', '1.1', '1.2']) {
    const conf = join(tree, 'dkms.conf');
    const text = await readFile(conf, 'utf8');
    await writeFile(conf, text.replace(/^PACKAGE_VERSION=.*$/m, `PACKAGE_VERSION="${version}"`));
    const sign = version === '1.2' ? [] : [`--sign=${key}`];
    const words = ['rpm', '-q', ...sign, '-o', sandbox.out, tree];
    files.push(...(await dkmsDebLines(sandbox, words, { env: { GNUPGHOME: home } })));
  }
  return files;
}

async function buildDkms(sandbox: Sandbox, home: string, key: string): Promise<string> {
  const spec = join(sandbox.directory, 'dkms.spec');
  await writeFile(spec, DKMS);
  const env = { HOME: sandbox.directory };
  await run('rpmbuild', ['-bb', '--define', `_topdir ${sandbox.directory}/top`, spec], { env });
  const file = join(sandbox.directory, 'top/RPMS/noarch/dkms-3.2.2-1.noarch.rpm');
  const macros = ['--define', `_gpg_name ${key}`, '--define', '__gpg /usr/bin/gpg'];
  await run('rpmsign', ['--addsign', ...macros, file], { env: { ...env, GNUPGHOME: home } });
  return file;
}

for (const [name, words] of Object.entries(PROGRAMS)) {
  test(`${name} installs and upgrades from a signed repository; an unsigned package and a changed index are refused`, async ({
    sandbox,
  }) => {
    const home = join(sandbox.directory, 'gpg');
    await withKeyring(home, async ({ makeKey }) => {
      const key = await makeKey('erika', 'rsa3072');
      const repository = new Repository(sandbox, home, key);
      const [first = '', newer = '', unsigned = ''] = await buildPackages(sandbox, home, key);
      await repository.add(await buildDkms(sandbox, home, key), 'dkms.rpm');
      await repository.add(first, 'hello-1.0.rpm');
      const repos = await repository.users();
      const root = new RpmRoot(join(sandbox.directory, 'root'));
      await mkdir(root.directory);
      await root.make();
      let calls = 0;
      const call = async (...args: string[]) => {
        const cache = join(sandbox.directory, `cache-${calls++}`);
        return asRoot([...words(root.directory, repos, cache), ...args], { accept: ANY_STATUS });
      };
      const installed = async () =>
        (await root.rpm('-q', '--qf', '%{VERSION}-%{RELEASE}', 'hello-dkms')).stdout;
      const update = name === 'dnf' ? 'upgrade' : 'update';
      try {
        const begun = await call('install', 'hello-dkms');
        expect(begun.exitStatus, begun.output).toBe(0);
        expect(await installed()).toBe('1.0-1');
        expect(await root.modules()).toEqual({ '6.1.0': '1.0', '6.2.0': '1.0' });

        await repository.add(newer, 'hello-1.1.rpm');
        const upgraded = await call(update, 'hello-dkms');
        expect(upgraded.exitStatus, upgraded.output).toBe(0);
        expect(await installed()).toBe('1.1-1');
        expect(await root.modules()).toEqual({ '6.1.0': '1.1', '6.2.0': '1.1' });

        await repository.add(unsigned, 'hello-1.2.rpm');
        const refused = await call(update, 'hello-dkms');
        expect(refused.exitStatus, refused.output).not.toBe(0);
        expect(refused.output).toMatch(/not signed|is unsigned|Signature verification failed/i);
        expect(await installed()).toBe('1.1-1');

        const index = join(repository.directory, 'repodata/repomd.xml');
        await writeFile(
          index,
          (await readFile(index, 'utf8')).replace('<revision>', '<revision>1'),
        );
        const changed = await call(update, 'hello-dkms');
        // dnf passes over such a repository, and ends with 0.
        expect(changed.output).toMatch(/signature/i);
        expect(await installed()).toBe('1.1-1');
      } finally {
        await asRoot(['rm', '-rf', root.directory]);
        for (let at = 0; at < calls; at++) {
          await asRoot(['rm', '-rf', join(sandbox.directory, `cache-${at}`)]);
        }
      }
    });
  });
}
