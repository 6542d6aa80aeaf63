import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256OfFile } from '../../../src/archives/store/header-store.ts';
import { withArchiveSigner } from '../../../src/repository/archive-signer.ts';
import { readSuites } from '../../../src/repository/publish-suites.ts';
import { readPublished } from '../../../src/repository/read-published.ts';
import { isHalfDone } from '../../../src/system/process/leftovers.ts';
import { run } from '../../../src/system/process/run.ts';
import { type Fault, withFailingDisk } from '../../support/failing-disk.ts';
import { type TestRepository, withTestRepository } from '../../support/small-repository.ts';

const OLD = ['one', 'two'];
const NEW = ['three', 'two'];

/** The names in the index, of which each package must be in the pool with the right bytes. */
async function validNames({ site, key }: TestRepository): Promise<string[]> {
  return withArchiveSigner({ keys: [key] }, async (signer) => {
    const { packages = [] } = (await readSuites(site, signer)).get('trixie') ?? {};
    for (const { fileName, sha256 } of packages) {
      expect(await sha256OfFile(join(site, fileName))).toBe(sha256);
    }
    return packages.map(({ name }) => name).sort();
  });
}

async function halfDone(site: string): Promise<string[]> {
  const paths = await readdir(site, { recursive: true });
  return paths.filter((path) => isHalfDone(path.slice(path.lastIndexOf('/') + 1)));
}

/** Publishes OLD, then NEW with a fault at each change of the disk in turn, and repairs it by publishing again. */
async function failEverywhere(fault: Fault): Promise<number> {
  return withTestRepository(async (repository) => {
    const { directory, site, key, publish, deb } = repository;
    const debs = new Map<string, string>();
    for (const name of new Set([...OLD, ...NEW])) debs.set(name, await deb({ name }));
    const of = (names: readonly string[]) => names.map((name) => debs.get(name) ?? '');
    // Eight days lie between two publications, so that each one removes files, too.
    let day = 0;
    const put = (names: readonly string[]) => {
      day += 8;
      return publish(of(names), { now: new Date(Date.UTC(2026, 0, day)), generations: 2 });
    };
    // What each fault meets: a repository that has had several publications.
    for (const names of [OLD, NEW, OLD]) await put(names);
    expect(await validNames(repository)).toEqual(OLD);
    const kept = join(directory, 'kept');
    await run('cp', ['-a', site, kept]);
    for (let at = 1; ; at++) {
      const failed = await withFailingDisk(directory, fault, at, () => put(NEW));
      if (fault === 'full') expect(await halfDone(site)).toEqual([]);
      const now = await validNames(repository);
      expect([OLD, NEW], `at change ${at}`).toContainEqual(now);
      if (at % 8 === 0) {
        const read = await readPublished({ place: site, architectures: ['amd64'], keys: [key] });
        expect(read.packages.map(({ name }) => name).sort()).toEqual(now);
      }
      await put(NEW);
      expect(await validNames(repository)).toEqual(NEW);
      if (!failed) return at;
      await rm(site, { recursive: true });
      await run('cp', ['-a', kept, site]);
    }
  });
}

test('publish that is killed at any moment leaves the old or the new index, and can be run again', async () => {
  expect(await failEverywhere('killed')).toBeGreaterThan(25);
});

test('a disk that is full at any moment leaves the old or the new index, and nothing half done', async () => {
  expect(await failEverywhere('full')).toBeGreaterThan(10);
});
