import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDeb822 } from '../../../src/debian/deb822.ts';
import { readPublished } from '../../../src/repository/read-published.ts';
import { run } from '../../../src/system/process/run.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { withTestRepository } from '../../support/small-repository.ts';

const architectures = ['amd64'];

test('apt reads what was published: signed, with all fields, and only the packages that are listed', async () => {
  await withTestRepository(async ({ site, key, publish, deb }) => {
    const one = await deb({
      name: 'one',
      fields: ['Build-Key: sha256:1'],
      files: { 'usr/share/one': '1' },
    });
    const all = await deb({ name: 'everywhere', architecture: 'all' });
    expect(await publish([one, all])).toEqual({ changed: ['trixie'], removed: [] });
    const { packages } = await readPublished({ place: site, architectures, keys: [key] });
    expect(packages.map(({ name, fileName, buildKey }) => ({ name, fileName, buildKey }))).toEqual([
      {
        name: 'everywhere',
        fileName: 'pool/main/e/everywhere/everywhere_1.0-1_all.deb',
        buildKey: '',
      },
      { name: 'one', fileName: 'pool/main/o/one/one_1.0-1_amd64.deb', buildKey: 'sha256:1' },
    ]);
    const two = await deb({ name: 'two' });
    await publish([two]);
    const later = await readPublished({ place: site, architectures, keys: [key] });
    expect(later.packages.map(({ name }) => name)).toEqual(['two']);
    const contents = await run('xzcat', [join(site, 'dists/trixie/main/Contents-amd64.xz')]);
    expect(contents.stdout).toBe('');
  });
});

test('Release lists SHA-256 of the lists, plain and compressed, and neither itself nor an old Release', async () => {
  await withTestRepository(async ({ site, publish, deb }) => {
    const one = await deb({ name: 'one', files: { 'usr/share/one': '1' } });
    await publish([one]);
    await publish([one, await deb({ name: 'two' })]);
    const file = join(site, 'dists/trixie/Release');
    const [release] = parseDeb822(await readFile(file, 'utf8'), file).paragraphs;
    const listed = release?.getLines('SHA256')?.map((line) => line.trim().split(/\s+/)[2]);
    expect(listed?.filter(Boolean).sort()).toEqual([
      'main/Contents-amd64',
      'main/Contents-amd64.xz',
      'main/binary-amd64/Packages',
      'main/binary-amd64/Packages.gz',
      'main/binary-amd64/Packages.xz',
    ]);
    for (const [name, value] of [
      ['Origin', 'Acme'],
      ['Label', 'Acme drivers'],
      ['Suite', 'trixie'],
      ['Codename', 'trixie'],
      ['Architectures', 'amd64'],
      ['Components', 'main'],
      ['Acquire-By-Hash', 'yes'],
      ['Valid-Until', undefined],
      ['MD5Sum', undefined],
    ] as const) {
      expect(release?.get(name), name).toBe(value);
    }
    // As in Debian's archive, the plain Contents are listed, but only the compressed ones are there.
    const there = await readdir(join(site, 'dists/trixie/main'));
    expect(there.sort()).toEqual(['Contents-amd64.xz', 'binary-amd64', 'by-hash']);
    const { stdout } = await run('xzcat', [join(site, 'dists/trixie/main/Contents-amd64.xz')]);
    expect(stdout).toMatch(/^usr\/share\/one\s+kernel\/one$/m);
  });
});

test('the same packages again change nothing; another key, origin or Valid-Until does', async () => {
  await withTestRepository(async ({ site, key, keyring, publish, deb }) => {
    const debs = [await deb({ name: 'one' })];
    await publish(debs);
    const before = await readFile(join(site, 'dists/trixie/InRelease'), 'utf8');
    expect((await publish(debs)).changed).toEqual([]);
    expect(await readFile(join(site, 'dists/trixie/InRelease'), 'utf8')).toBe(before);
    const other = await keyring.makeKey('other');
    expect((await publish(debs, { keys: [key, other] })).changed).toEqual(['trixie']);
    expect((await publish(debs, { keys: [key, other] })).changed).toEqual([]);
    expect((await publish(debs, { origin: 'Other' })).changed).toEqual(['trixie']);
    const week = 7 * 24 * 3600;
    expect((await publish(debs, { origin: 'Other', validSeconds: week })).changed).toEqual([
      'trixie',
    ]);
    const release = await readFile(join(site, 'dists/trixie/Release'), 'utf8');
    const [from, until] = ['Date', 'Valid-Until'].map((name) =>
      Date.parse(new RegExp(`^${name}: (.*)$`, 'm').exec(release)?.[1] ?? ''),
    );
    expect((until ?? 0) - (from ?? 0)).toBe(week * 1000);
  });
});

test('lists by hash are kept for the given number of generations, and for an hour', async () => {
  await withTestRepository(async ({ site, publish, deb }) => {
    const lists = () => readdir(join(site, 'dists/trixie/main/binary-amd64/by-hash/SHA256'));
    const debs: string[] = [];
    const start = Date.parse('2026-11-01T00:00:00Z');
    const publishAt = async (hours: number) => {
      debs.push(await deb({ name: `package-${debs.length}` }));
      await publish(debs, { now: new Date(start + hours * 3600e3), generations: 2 });
      return (await lists()).length / 3;
    };
    expect(await publishAt(0)).toBe(1);
    expect(await publishAt(24)).toBe(2);
    expect(await publishAt(48)).toBe(2);
    // Three in one hour: whoever began before the first of them still finds its files.
    expect(await publishAt(72.1)).toBe(2);
    expect(await publishAt(72.2)).toBe(3);
    expect(await publishAt(72.3)).toBe(4);
    expect(await publishAt(96)).toBe(2);
    const history = JSON.parse(await readFile(join(site, 'dists/history.json'), 'utf8'));
    expect(history.suites.trixie).toHaveLength(2);
    // Without the history nothing is lost: the files count as one generation.
    await rm(join(site, 'dists/history.json'));
    expect(await publishAt(120)).toBe(3);
    expect(await publishAt(144)).toBe(2);
  });
});

test('a package leaves the pool seven days after it left the index', async () => {
  await withTestRepository(async ({ site, publish, deb }) => {
    const [one, two] = [await deb({ name: 'one' }), await deb({ name: 'two' })];
    const file = 'pool/main/o/one/one_1.0-1_amd64.deb';
    const at = (day: number) => ({ now: new Date(Date.UTC(2026, 10, day)) });
    await publish([one, two], at(1));
    await publish([two], at(2));
    await publish([two], at(8));
    expect(existsSync(join(site, file))).toBe(true);
    // Published again in between: the time begins anew.
    await publish([one, two], at(9));
    await publish([two], at(10));
    expect((await publish([two], at(16))).removed).toEqual([]);
    await writeFile(join(site, 'pool/main/o/one/README'), 'of somebody');
    expect((await publish([two], at(17))).removed).toEqual([file]);
    expect(existsSync(join(site, file))).toBe(false);
    expect(existsSync(join(site, 'pool/main/o/one/README'))).toBe(true);
  });
});

test('other bytes under a name of the pool are refused, and nothing changes', async () => {
  await withTestRepository(async ({ site, publish, deb }) => {
    await publish([await deb({ name: 'one' })]);
    const before = await readFile(join(site, 'dists/trixie/InRelease'));
    const changed = await deb({ name: 'one', files: { 'usr/share/new': 'x' } });
    const other = await deb({ name: 'other' });
    const error = await errorOf(() => publish([other, changed]));
    expect(error.code).toBe('name-taken');
    expect(error.hint).toContain('new version');
    expect(existsSync(join(site, 'pool/main/o/other'))).toBe(false);
    expect(await readFile(join(site, 'dists/trixie/InRelease'))).toEqual(before);
  });
});

test('a package that somebody changed or removed in the pool does not get a signature', async () => {
  await withTestRepository(async ({ site, publish, deb }) => {
    const [one, two] = [await deb({ name: 'one' }), await deb({ name: 'two' })];
    const published = { fileName: 'pool/main/o/one/one_1.0-1_amd64.deb' };
    await publish([one]);
    const file = join(site, published.fileName);
    const { atime, mtime } = await stat(file);
    await appendFile(file, 'evil');
    await utimes(file, atime, mtime);
    expect((await errorOf(() => publish([one, two]))).code).toBe('name-taken');
    await rm(file);
    expect((await publish([one, two])).changed).toEqual(['trixie']);
  });
});

test('an index that somebody changed or signed with another key is not signed again', async () => {
  await withTestRepository(async ({ site, keyring, publish, deb }) => {
    const debs = [await deb({ name: 'one' })];
    await publish(debs);
    const other = await keyring.makeKey('other');
    const foreign = await errorOf(() => publish(debs, { keys: [other] }));
    expect(foreign.code).toBe('repository-untrusted');
    const lists = join(site, 'dists/trixie/main/binary-amd64');
    await appendFile(
      join(lists, 'Packages'),
      '\nPackage: evil\nVersion: 1\nFilename: pool/evil.deb\n',
    );
    // apt does not read that file: the list by hash is right.
    expect((await publish(debs, { origin: 'New' })).changed).toEqual(['trixie']);
    await appendFile(
      join(lists, 'Packages'),
      '\nPackage: evil\nVersion: 1\nFilename: pool/evil.deb\n',
    );
    await rm(join(lists, 'by-hash'), { recursive: true });
    expect((await errorOf(() => publish(debs))).code).toBe('repository-unreadable');
    await appendFile(join(site, 'dists/trixie/InRelease'), '\n');
    const text = await readFile(join(site, 'dists/trixie/InRelease'), 'utf8');
    await writeFile(
      join(site, 'dists/trixie/InRelease'),
      text.replace('Origin: New', 'Origin: Old'),
    );
    expect((await errorOf(() => publish(debs))).code).toBe('repository-untrusted');
  });
});

test('in a rotation both keys sign, then the new one alone; meanwhile apt reads the index with either key', async () => {
  await withTestRepository(async ({ site, key, keyring, publish, deb }) => {
    const debs = [await deb({ name: 'one' })];
    const next = await keyring.makeKey('next');
    const readWith = (...keys: string[]) => readPublished({ place: site, architectures, keys });
    await publish(debs);
    expect((await errorOf(() => readWith(next))).code).toBe('repository-untrusted');
    await publish(debs, { keys: [key, next] });
    for (const one of [key, next]) expect((await readWith(one)).packages).toHaveLength(1);
    await publish(debs, { keys: [next] });
    expect((await readWith(next)).packages).toHaveLength(1);
    expect((await errorOf(() => readWith(key))).code).toBe('repository-untrusted');
  });
});
