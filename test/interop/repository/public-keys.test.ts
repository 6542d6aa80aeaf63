import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPublished } from '../../../src/repository/read-published.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { withEnvironment } from '../../support/environment.ts';
import { serveFiles } from '../../support/file-server.ts';
import { writeModules } from '../../support/fleet-packages.ts';
import { type FleetSite, withFleetSite } from '../../support/publish-command.ts';

const architectures = ['amd64'];

/** A repository with one package, and a way to read it as a user whose keyring is empty. */
async function withStranger(
  work: (
    site: FleetSite & {
      read(keys: readonly string[], place?: string): Promise<number>;
      refusal(keys: readonly string[]): Promise<{ code: string; message: string }>;
    },
  ) => Promise<void>,
): Promise<void> {
  await withFleetSite(async (fleet) => {
    const { site, place, call } = fleet;
    await writeModules(place('out'), { kernel: 9 });
    await call([place('out')], { suite: 'trixie' });
    const home = place('stranger');
    await mkdir(home, { mode: 0o700 });
    const read = (keys: readonly string[], from = site) =>
      withEnvironment({ GNUPGHOME: home }, async () => {
        const of = { place: from, architectures, keys, suites: ['trixie'] };
        return (await readPublished(of)).packages.length;
      });
    const refusal = async (keys: readonly string[]) => {
      const { code, message } = await errorOf(() => read(keys));
      return { code, message };
    };
    await work({ ...fleet, read, refusal });
  });
}

test('a fingerprint is enough: the key itself comes from the repository, in a directory or at a URL', async () => {
  await withStranger(async ({ site, key, read }) => {
    expect(await read([key])).toBe(1);
    const spaced = key.toLowerCase().replace(/(.{4})/g, '$1 ');
    expect(await read([`${spaced}`])).toBe(1);
    const server = await serveFiles(site);
    try {
      expect(await read([key], server.uri)).toBe(1);
    } finally {
      await server.close();
    }
  });
});

test('a repository whose key is not the expected one is refused, and both are named', async () => {
  await withStranger(async ({ site, key, refusal }) => {
    const expected = 'F'.repeat(40);
    expect(await refusal([expected])).toEqual({
      code: 'repository-untrusted',
      message: `${site} has the key ${key}, but ${expected} is expected`,
    });
    await rm(join(site, 'dkms-deb/archive-keys.asc'));
    expect((await refusal([expected])).code).toBe('key-missing');
    await writeFile(join(site, 'dkms-deb/archive-keys.asc'), 'rubbish');
    expect((await refusal([expected])).message).toContain('has no usable key');
  });
});

test('somebody who replaces the index, and adds the expected key to the offered ones, is refused', async () => {
  await withStranger(async ({ site, key, keyring, place, call, read, refusal }) => {
    const expected = await readFile(join(site, 'dkms-deb/archive-keys.asc'));
    const evil = await keyring.makeKey('evil');
    await rm(join(site, 'dists'), { recursive: true });
    await call([place('out')], { suite: 'trixie', key: [evil] });
    expect((await refusal([key])).code).toBe('repository-untrusted');
    await appendFile(join(site, 'dkms-deb/archive-keys.asc'), expected);
    expect(await refusal([key])).toEqual({
      code: 'repository-untrusted',
      message: `${site} is not signed by ${key}`,
    });
    expect(await read([evil])).toBe(1);
  });
});

test('a URL where nothing is published yet needs no key, but one with an index does', async () => {
  await withStranger(async ({ site, key, place }) => {
    await mkdir(place('nothing'));
    const [empty, old] = [await serveFiles(place('nothing')), await serveFiles(site)];
    const readAt = (uri: string) =>
      withEnvironment({ GNUPGHOME: place('stranger') }, () =>
        readPublished({
          place: uri,
          architectures,
          keys: [key],
          suites: ['trixie'],
          skipAbsent: true,
        }),
      );
    try {
      expect(await readAt(empty.uri)).toMatchObject({ exists: false, absent: ['trixie'] });
      await rm(join(site, 'dkms-deb/archive-keys.asc'));
      expect((await errorOf(() => readAt(old.uri))).code).toBe('key-missing');
    } finally {
      await empty.close();
      await old.close();
    }
  });
});

test('during a rotation one of the expected keys is enough', async () => {
  await withStranger(async ({ key, keyring, place, call, read, refusal }) => {
    const next = await keyring.makeKey('next');
    expect(await read([key, next])).toBe(1);
    await call([place('out')], { suite: 'trixie', key: [key, next] });
    for (const keys of [[key], [next], [key, next]]) expect(await read(keys)).toBe(1);
    await call([place('out')], { suite: 'trixie', key: [next] });
    for (const keys of [[next], [key, next]]) expect(await read(keys)).toBe(1);
    expect((await refusal([key])).code).toBe('repository-untrusted');
  });
});
