import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { simulateUpload } from '../../support/acceptance.ts';
import { failedBuild, names, packagedTree, runBuild } from '../../support/source-packages.ts';

const USER = 'Ada Example <ada@example.org>';
let home = '';

/** gpg with the throw-away keys; its agent outlives it. */
function gpg(...args: string[]) {
  return run('gpg', ['--batch', '--quiet', ...args], { env: { GNUPGHOME: home } });
}

beforeAll(async () => {
  home = (await run('mktemp', ['-d', '/tmp/dkms-deb-gnupg-XXXXXX'])).stdout.trim();
  vi.stubEnv('GNUPGHOME', home);
  await gpg('--passphrase', '', '--quick-generate-key', USER, 'ed25519', 'sign', 'never');
});

afterAll(async () => {
  await run('gpgconf', ['--kill', 'all'], { env: { GNUPGHOME: home } });
  await run('rm', ['-rf', home]);
  vi.unstubAllEnvs();
});

test('--sign signs .dsc, .buildinfo and .changes with the key of the changelog, and corrects their checksums', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    const listed = await gpg('--with-colons', '--list-secret-keys');
    const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(listed.stdout)?.[1] ?? '';
    for (const sign of ['', fingerprint]) {
      const output = join(parent, `out${sign}`);
      await runBuild(tree, output, { full: true, sign });
      for (const name of names(output).filter((each) => /\.(dsc|buildinfo|changes)$/.test(each))) {
        const verified = await gpg('--verify', join(output, name));
        expect(verified.stderr).toContain(USER);
      }
      const changes = join(output, 'hello_1.0_amd64.changes');
      await run('dscverify', ['--nosigcheck', changes]);
      // debsign finds nothing left to do, and dpkg-source checks the signature.
      const left = await run('debsign', ['--no-re-sign', changes]);
      expect(left.output).toContain('Leaving current signature unchanged');
      expect(await simulateUpload(changes)).toContain('hello_1.0.dsc');
      const dsc = await readFile(join(output, 'hello_1.0.dsc'), 'utf8');
      expect(dsc).toMatch(
        /^-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA(256|384|512)\n\nFormat: /,
      );
    }
  });
});

test('-b --sign signs .buildinfo and .changes; without --sign nothing is signed', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    await runBuild(tree, join(parent, 'signed'), { sign: '' });
    await runBuild(tree, join(parent, 'plain'), {});
    for (const name of ['hello_1.0_amd64.buildinfo', 'hello_1.0_amd64.changes']) {
      const signed = await readFile(join(parent, 'signed', name), 'utf8');
      expect(signed).toContain('BEGIN PGP SIGNATURE');
      expect(await readFile(join(parent, 'plain', name), 'utf8')).not.toContain('PGP');
    }
  });
});

test('a signature that fails is an error and leaves no files', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    const output = join(parent, 'out');
    await mkdir(output);
    const error = await failedBuild(tree, output, { full: true, sign: 'nobody@example.org' });
    expect(error).toMatchObject({ code: 'signing-failed', exitStatus: 1 });
    expect(error.output.join('\n')).toContain('nobody@example.org');
    expect(error.hint).toContain('--sign=FINGERPRINT');
    expect(names(output)).toEqual([]);
  });
});
