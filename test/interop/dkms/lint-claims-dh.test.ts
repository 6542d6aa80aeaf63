import { describe, expect, test } from 'vitest';
import { lintTree } from '../../../src/lint/lint-tree.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
import { confWith, writeTree } from '../../support/lint-a-tree.ts';

describe('dh and dh_dkms do what lint says', () => {
  const control = (dependency: string) =>
    `Source: foo\nMaintainer: A B <a@example.org>\nBuild-Depends: debhelper-compat (= 13), ${dependency}\n\nPackage: foo-dkms\nArchitecture: all\nDescription: x\n y\n`;

  async function packaging(directory: string, files: Readonly<Record<string, string>>) {
    await writeTree(directory, {
      'debian/changelog':
        'foo (1.0-1) unstable; urgency=low\n\n  * x\n\n -- A B <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n',
      'debian/control': control('dh-sequence-dkms'),
      'debian/rules': '#!/usr/bin/make -f\n%:\n\tdh $@\n',
      ...files,
    });
    const { findings } = await lintTree(directory, { evaluate: true });
    return findings.map(({ code }) => code);
  }

  const dhDkms = async (directory: string) => {
    return run('dh_dkms', [], { cwd: directory, accept: ANY_STATUS });
  };

  test.each<[string, string, boolean]>([
    ['dh-sequence-dkms', 'none', true],
    ['dh-sequence-dkms | dkms', 'dh-sequence-alternative', false],
    ['dkms', 'dh-dkms-not-run', false],
  ])('Build-Depends: %s', async (dependency, code, runs) => {
    await withTemporaryDirectory('test', async (directory) => {
      const codes = await packaging(directory, {
        'debian/control': control(dependency),
        'debian/foo-dkms.dkms': confWith(''),
      });
      expect(codes.filter((found) => /^dh-(?:seq|dkms-not)/.test(found))).toEqual(
        runs ? [] : [code],
      );
      const { stdout } = await run('dh', ['binary', '--no-act'], { cwd: directory });
      expect(/^\s*dh_dkms\b/m.test(stdout)).toBe(runs);
    });
  });

  test('a name without quotes is read as a file', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      const conf = 'PACKAGE_NAME=foo\nPACKAGE_VERSION="1.0"\nDEST_MODULE_LOCATION="/updates"\n';
      const codes = await packaging(directory, { 'debian/foo-dkms.dkms': conf });
      expect(codes).toContain('dh-dkms-unquoted-name');
      const { exitStatus, stderr } = await dhDkms(directory);
      expect([exitStatus === 0, stderr]).toEqual([false, expect.stringContaining('Cannot find')]);
    });
  });

  test('the last line that looks like a version counts, also if it is a comment', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      const conf = `${confWith('')}#PACKAGE_VERSION="3.0"\n`;
      const codes = await packaging(directory, { 'debian/foo-dkms.dkms': conf });
      expect(codes).toContain('dh-dkms-reads-other');
      expect(codes).toContain('commented-directive');
      await dhDkms(directory);
      const { stdout } = await run('find', ['debian/foo-dkms', '-name', 'dkms.conf'], {
        cwd: directory,
      });
      expect(stdout.trim()).toBe('debian/foo-dkms/usr/src/foo-3.0/dkms.conf');
    });
  });

  test('an old dh_dkms that does not get the version leaves #MODULE_VERSION# in the file', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      const conf = confWith('PACKAGE_VERSION="#MODULE_VERSION#"');
      const codes = await packaging(directory, { 'debian/foo-dkms.dkms': conf });
      expect(codes).toContain('dh-dkms-needs-version');
      await dhDkms(directory);
      const { stdout } = await run('find', ['debian/foo-dkms', '-name', 'dkms.conf'], {
        cwd: directory,
      });
      const shown = await run('dpkg-query', ['-W', '-f', '$' + '{Version}', 'dh-dkms']);
      const args = ['--compare-versions', shown.stdout, 'lt', '3.0.12-2~'];
      const old = (await run('dpkg', args, { accept: [0, 1] })).exitStatus === 0;
      expect(stdout.trim()).toBe(
        `debian/foo-dkms/usr/src/foo-${old ? '#MODULE_VERSION#' : '1.0'}/dkms.conf`,
      );
    });
  });
});
