import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPublished } from '../../../src/repository/read-published.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { serveFiles } from '../../support/file-server.ts';
import { type Keyring, withKeyring } from '../../support/gpg-keys.ts';
import { writePlainRepository } from '../../support/plain-repository.ts';
import { writeSmallPackage } from '../../support/small-package.ts';

const KEY = `sha256:${'0123456789abcdef'.repeat(4)}`;
const architectures = ['amd64', 'arm64'];

/** A repository of two packages for trixie in a directory whose name apt must not misread. */
async function withRepository(
  work: (of: { place: string; key: string; other: string; gpg: Keyring['gpg'] }) => Promise<void>,
): Promise<void> {
  await withTemporaryDirectory('read', async (directory) => {
    await withKeyring(join(directory, 'gnupg'), async ({ makeKey, gpg }) => {
      const [key, other] = [await makeKey('archive'), await makeKey('other')];
      const release = '6.12.9+deb13-amd64';
      const modules = await writeSmallPackage(directory, {
        name: `hello-modules-${release}`,
        depends: `kmod, linux-image-${release}`,
        fields: [
          'Source: hello (1.0-1)',
          'Provides: hello-modules (= 1.0-1)',
          `Kernel-Release: ${release}`,
          'Kernel-Version: 6.12.9-1',
          `Build-Key: ${KEY}`,
          'Build-Inputs: source=0 conf=1',
        ],
        files: { 'usr/share/x': 'x' },
      });
      const all = await writeSmallPackage(directory, {
        name: 'acme-archive-keyring',
        architecture: 'all',
        files: { 'usr/share/y': 'y' },
      });
      const place = join(directory, 'my site+1%20');
      await writePlainRepository(place, 'trixie', [modules, all], key);
      await work({ place, key, other, gpg });
    });
  });
}

test('the index of a directory is read with all that a plan needs', async () => {
  await withRepository(async ({ place, key }) => {
    const { exists, packages } = await readPublished({ place, architectures, keys: [key] });
    expect(exists).toBe(true);
    expect(packages.map(({ name }) => name).sort()).toEqual([
      'acme-archive-keyring',
      'hello-modules-6.12.9+deb13-amd64',
    ]);
    expect(packages.find(({ source }) => source === 'hello')).toEqual({
      suite: 'trixie',
      name: 'hello-modules-6.12.9+deb13-amd64',
      version: '1.0',
      architecture: 'amd64',
      fileName: 'pool/main/hello-modules-6.12.9+deb13-amd64.deb',
      size: expect.any(Number),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      source: 'hello',
      depends: 'kmod, linux-image-6.12.9+deb13-amd64',
      provides: 'hello-modules (= 1.0-1)',
      buildKey: KEY,
      buildInputs: 'source=0 conf=1',
      moduleSigners: '',
      kernelRelease: '6.12.9+deb13-amd64',
      kernelVersion: '6.12.9-1',
    });
  });
});

test('a key may be a file, armoured or not', async () => {
  await withRepository(async ({ place, key, gpg }) => {
    for (const form of [[], ['--armor']]) {
      const file = join(place, `key${form.length}`);
      await gpg(...form, '--output', file, '--export', key);
      const { packages } = await readPublished({ place, architectures, keys: [file] });
      expect(packages).toHaveLength(2);
    }
  });
});

test('a directory without an index is empty, and is not an error', async () => {
  await withTemporaryDirectory('read', async (place) => {
    const nothing = { exists: false, absent: [], packages: [], codenames: new Map() };
    expect(await readPublished({ place: join(place, 'no'), architectures, keys: [] })).toEqual(
      nothing,
    );
    await mkdir(join(place, 'dists/trixie'), { recursive: true });
    expect(await readPublished({ place, architectures, keys: [] })).toEqual(nothing);
  });
});

test('missing suites of a URL are left out only if that is allowed; a server that does not answer is always an error', async () => {
  await withRepository(async ({ place, key }) => {
    const server = await serveFiles(place);
    const read = (suites: readonly string[], skipAbsent: boolean) =>
      readPublished({ place: server.uri, suites, architectures, keys: [key], skipAbsent });
    const { exists, absent, packages } = await read(['forky', 'trixie'], true);
    expect([exists, absent, packages.length]).toEqual([true, ['forky'], 2]);
    expect(await read(['forky', 'sid'], true)).toMatchObject({ exists: false, packages: [] });
    const strict = await errorOf(() => read(['forky', 'trixie'], false));
    expect(strict.code).toBe('repository-unreadable');
    await server.close();
    const away = await errorOf(() => read(['trixie'], true));
    expect(away.code).toBe('repository-unreadable');
  });
});

test('a signature of another key, and an index that was edited, are refused', async () => {
  await withRepository(async ({ place, key, other }) => {
    const wrong = await errorOf(() => readPublished({ place, architectures, keys: [other] }));
    expect(wrong.code).toBe('repository-untrusted');
    expect(wrong.hint).toMatch(/Ask the operator of the repository for its key/);
    await appendFile(join(place, 'dists/trixie/main/binary-amd64/Packages'), '\nPackage: evil\n');
    const edited = await errorOf(() => readPublished({ place, architectures, keys: [key] }));
    expect(edited.code).toBe('repository-unreadable');
    expect(edited.output.join()).toMatch(/size|Hash/);
  });
});

test('an unknown key and a file without keys are errors', async () => {
  await withRepository(async ({ place }) => {
    const absent = 'F'.repeat(40);
    const none = await errorOf(() => readPublished({ place, architectures, keys: [absent] }));
    expect(none.code).toBe('key-missing');
    const file = join(place, 'rubbish');
    await writeFile(file, 'not a key');
    const rubbish = await errorOf(() => readPublished({ place, architectures, keys: [file] }));
    expect(rubbish.code).toBe('key-missing');
    expect(rubbish.message).toContain('neither a fingerprint nor a file');
  });
});
