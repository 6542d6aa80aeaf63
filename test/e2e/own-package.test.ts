import { chmod, cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import { sbomFile, writePackage } from '../../packaging/package.ts';
import { documentDate, writeDocuments } from '../../src/documents.ts';
import { run } from '../../src/system/process/run.ts';
import { driverTree } from '../support/driver.ts';
import { lintianProblems } from '../support/lintian.ts';
import { PROJECT } from '../support/project.ts';
import { call, dkmsDebLines, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';

const EPOCH = '1795000000';

/** npm packages that neither build nor bundle needs: 150 MB less to copy. */
const NOT_NEEDED = /^(@biomejs|@typescript|typescript|knip|vitest|vite|lightningcss.*|oxc-.*)$/;

/** Copies the project's files into another clone: no npm packages, no dist/. */
async function copyFiles(target: string): Promise<void> {
  const listed = await run(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: PROJECT,
    },
  );
  const parts = /^(bin|docs|examples|packaging|scripts|src|templates)\/|^[^/]+$/;
  for (const path of listed.stdout.split('\0').filter((name) => parts.test(name))) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await cp(join(PROJECT, path), join(target, path));
    // As a careful person's umask leaves them.
    await chmod(join(target, path), 0o700);
  }
}

/** Commits the files of a clone at EPOCH, and copies the npm packages that the build needs. */
async function commitAll(target: string): Promise<void> {
  const at = { GIT_AUTHOR_DATE: `${EPOCH} +0000`, GIT_COMMITTER_DATE: `${EPOCH} +0000` };
  const git = ['-c', 'user.name=E', '-c', 'user.email=e@example.org'];
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-qm', 'All'],
  ]) {
    await run('git', [...git, ...args], { cwd: target, env: at });
  }
  const modules = join(PROJECT, 'node_modules');
  for (const name of (await readdir(modules)).filter((each) => !NOT_NEEDED.test(each))) {
    const options = { recursive: true, verbatimSymlinks: true };
    await cp(join(modules, name), join(target, 'node_modules', name), options);
  }
}

/** npm, with its cache and logs in the sandbox, and no registry that would answer. */
async function npm(sandbox: Sandbox, cwd: string, args: readonly string[]): Promise<string> {
  const env = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_offline: 'true' };
  const result = await call(sandbox, 'npm', ['--silent', ...args], { cwd, env });
  expect(result.exitStatus, result.output).toBe(0);
  return result.stdout.trim().split('\n').at(-1) ?? '';
}

/** Program files that ask for others which are not beside them. */
async function danglingRequires(directory: string): Promise<string[]> {
  const names = await readdir(directory);
  const missing: string[] = [];
  for (const name of names) {
    const text = await readFile(join(directory, name), 'utf8');
    for (const [, other = ''] of text.matchAll(/(?:require|import)\(["']\.\/([^"']+)["']\)/g)) {
      if (!names.includes(other)) missing.push(`${name}: ${other}`);
    }
  }
  return missing;
}

test('npm run package writes the same bytes in another directory, lintian has no tags, and npm i -g works offline', async ({
  sandbox,
}) => {
  const { version } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8')) as {
    version: string;
  };
  const other = join(sandbox.directory, 'a/rather long/other-clone');
  await copyFiles(other);
  const clone = join(sandbox.directory, 'clone');
  await copyFiles(clone);
  await cp(join(PROJECT, 'dist'), join(clone, 'dist'), { recursive: true });
  await commitAll(other);
  const theirs = await npm(sandbox, other, ['run', 'package', '--', '-o', sandbox.out]);
  expect(theirs).toBe(join(sandbox.out, `dkms-deb_${version}_all.deb`));
  // The build of this clone, with man pages of the same day.
  vi.stubEnv('SOURCE_DATE_EPOCH', EPOCH);
  await writeDocuments(join(clone, 'dist'), { version, date: await documentDate(clone) });
  const ours = await writePackage(clone, join(sandbox.directory, 'ours'));
  vi.unstubAllEnvs();
  for (const [one, other] of [
    [ours, theirs],
    [sbomFile(ours), sbomFile(theirs)],
  ] as const) {
    expect((await run('cmp', [one, other], { accept: [0, 1] })).output).toBe('');
  }
  expect(await lintianProblems([ours])).toEqual([]);

  const unpacked = join(sandbox.directory, 'unpacked');
  await run('dpkg-deb', ['-R', ours, unpacked]);
  const again = join(sandbox.directory, 'again.deb');
  const env = { SOURCE_DATE_EPOCH: EPOCH };
  await run('dpkg-deb', ['--root-owner-group', '-b', unpacked, again], { env });
  expect((await run('cmp', [ours, again], { accept: [0, 1] })).output).toBe('');
  expect(await danglingRequires(join(unpacked, 'usr/share/dkms-deb/dist'))).toEqual([]);
  const started = await call(sandbox, 'node', [join(unpacked, 'usr/bin/dkms-deb'), '--version']);
  expect(started.output.trim()).toBe(version);

  // prepack builds what is not built.
  await rm(join(other, 'dist'), { recursive: true });
  const tarball = await npm(sandbox, other, ['pack', '--pack-destination', sandbox.out]);
  const prefix = join(sandbox.directory, 'prefix');
  await npm(sandbox, sandbox.directory, [
    'i',
    '-g',
    '--prefix',
    prefix,
    join(sandbox.out, tarball),
  ]);
  await rm(other, { recursive: true });
  const installed = join(prefix, 'lib/node_modules/dkms-deb');
  expect(await readdir(installed)).not.toContain('node_modules');
  expect(await readdir(join(prefix, 'share/man/man1'))).toContain('dkms-deb-init.1');
  const texts = await readFile(join(installed, 'dist/third-party-licenses.txt'), 'utf8');
  expect(texts).toMatch(/^handlebars 4\..* \(MIT\)$/m);

  // Only that prefix has a dkms-deb; node is wherever this one is.
  const onlyNpm = { PATH: `${prefix}/bin:${dirname(process.execPath)}:/usr/bin:/bin` };
  const which = await call(sandbox, 'sh', ['-c', 'command -v dkms-deb'], { env: onlyNpm });
  expect(which.stdout.trim()).toBe(`${prefix}/bin/dkms-deb`);
  const tree = await driverTree('hello', join(sandbox.directory, 'hello'));
  const init = await call(sandbox, 'dkms-deb', ['init', tree], { env: onlyNpm });
  expect(init.exitStatus, init.output).toBe(0);
  const [said = ''] = /^Build the package with: [^(]*/m.exec(init.stderr) ?? [];
  const out = join(sandbox.directory, 'by-npm');
  const built = await call(sandbox, 'dkms-deb', ['build', '-o', out, tree], { env: onlyNpm });
  expect(built.exitStatus, built.output).toBe(0);
  const byClone = join(sandbox.directory, 'by-clone');
  await dkmsDebLines(sandbox, ['build', '-o', byClone, tree]);
  const [deb = ''] = (await readdir(byClone)).filter((name) => name.endsWith('.deb'));
  const wanted = await readFile(join(byClone, deb));
  expect((await readFile(join(out, deb))).equals(wanted)).toBe(true);

  // What init said, word for word.
  const command = said.replace('Build the package with: ', '');
  expect(command).toMatch(/^dpkg-buildpackage .*-d/);
  const byRules = await call(sandbox, 'sh', ['-c', command], { env: onlyNpm, cwd: tree });
  expect(byRules.exitStatus, byRules.output).toBe(0);
  expect((await readFile(join(tree, '..', deb))).equals(wanted)).toBe(true);
});
