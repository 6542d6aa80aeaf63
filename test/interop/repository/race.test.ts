import { appendFile, cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AptRoot, prepareAptRoot, runApt } from '../../../src/archives/apt/apt-root.ts';
import { publicKeys } from '../../../src/repository/public-keys.ts';
import { repositorySource } from '../../../src/repository/simulate-apt.ts';
import { type TestRepository, withTestRepository } from '../../support/small-repository.ts';
import { type SwitchingServer, withSwitchingServer } from '../../support/switching-server.ts';

/** A root of apt whose only source is the server. */
async function aptOf(
  { directory, key }: TestRepository,
  { url }: SwitchingServer,
): Promise<AptRoot> {
  const source = { ...repositorySource('.', 'trixie', await publicKeys([key], '.')), uris: [url] };
  const root = await prepareAptRoot(join(directory, 'apt'), [source], ['amd64']);
  // The machine's proxy does not know this machine's own server.
  await appendFile(
    join(root.directory, 'apt.conf'),
    'Acquire::http::Proxy::127.0.0.1 "DIRECT";\nAcquire::Retries "0";\n',
  );
  return root;
}

async function update(root: AptRoot): Promise<string> {
  const args = ['update', '-q', '--error-on=any'];
  const { exitStatus, output } = await runApt(root, 'apt-get', args, { accept: [0, 100] });
  return exitStatus === 0 ? 'fine' : output;
}

const DAY = 24 * 3600e3;
const NAMES = ['one', 'two', 'three'];

/** Whole trees as a deployment copies them: after each publication, a copy of the repository. */
async function wholeTrees(repository: TestRepository): Promise<string[]> {
  const { directory, site, publish, deb } = repository;
  const trees: string[] = [];
  // Two rounds: in the second one, each tree has the lists of the two before it.
  for (const [count, name] of [...NAMES, ...NAMES].entries()) {
    await publish([await deb({ name })], { now: new Date(Date.parse('2026-01-01') + count * DAY) });
    if (count < NAMES.length) continue;
    const tree = join(directory, `tree-${name}`);
    await cp(site, tree, { recursive: true });
    trees.push(tree);
  }
  return trees;
}

test('a hundred whole-tree deployments between InRelease and Packages: apt-get update never fails', async () => {
  await withTestRepository(async (repository) => {
    const trees = await wholeTrees(repository);
    await withSwitchingServer(trees[0] ?? '', async (server) => {
      const root = await aptOf(repository, server);
      let switched = 0;
      server.afterRelease = () => {
        switched++;
        server.root = trees[switched % trees.length] ?? '';
      };
      const lists = join(root.directory, 'var/lib/apt/lists');
      for (let round = 0; round < 100; round++) {
        expect(await update(root), `${round}`).toBe('fine');
        // The lists are those of the tree whose InRelease was read, although another one was served then.
        const [list = ''] = (await readdir(lists)).filter((name) => name.endsWith('_Packages'));
        const packages = await readFile(join(lists, list), 'utf8');
        expect(packages).toMatch(new RegExp(`^Package: ${NAMES[round % NAMES.length]}$`, 'm'));
        // apt does not go back to an older InRelease, so each round begins anew.
        await rm(lists, { recursive: true });
        await mkdir(join(lists, 'partial'), { recursive: true });
      }
      expect(switched).toBe(100);
      expect(server.missing).toEqual([]);
    });
  });
});

test('the same without lists by hash of earlier trees fails, so the test can fail', async () => {
  await withTestRepository(async (repository) => {
    const trees = await wholeTrees(repository);
    for (const tree of trees) {
      const lists = join(tree, 'dists/trixie/main/binary-amd64');
      const release = await readFile(join(tree, 'dists/trixie/InRelease'), 'utf8');
      for (const digest of await readdir(join(lists, 'by-hash/SHA256'))) {
        if (!release.includes(digest)) await rm(join(lists, 'by-hash/SHA256', digest));
      }
    }
    await withSwitchingServer(trees[0] ?? '', async (server) => {
      const root = await aptOf(repository, server);
      server.afterRelease = () => {
        server.root = trees[1] ?? '';
      };
      expect(await update(root)).toMatch(/unexpected size|Mirror sync in progress|404/);
    });
  });
});

test('a publication in place between InRelease and Packages, ten times', async () => {
  await withTestRepository(async (repository) => {
    const { site, publish, deb } = repository;
    await publish([await deb({ name: 'package-0' })]);
    await withSwitchingServer(site, async (server) => {
      const root = await aptOf(repository, server);
      let count = 0;
      server.afterRelease = async () => {
        count++;
        await publish([await deb({ name: `package-${count}` })], {
          now: new Date(Date.parse('2026-12-01') + count * DAY),
          generations: 2,
        });
      };
      for (let round = 0; round < 10; round++) {
        expect(await update(root)).toBe('fine');
        const { stdout } = await runApt(root, 'apt-cache', ['pkgnames']);
        expect(stdout.trim()).toBe(`package-${round}`);
      }
      expect(server.missing).toEqual([]);
    });
  });
});
