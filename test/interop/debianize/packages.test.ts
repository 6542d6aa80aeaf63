import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { DKMS_DEB, PROJECT } from '../../support/project.ts';
import { callCommand } from '../../support/twin.ts';

let parent = '';
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'init-packages-'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

/** bookworm's lintian knows Policy 4.6.2; what init writes follows trixie's. */
const SUPPRESSED = 'newer-standards-version';
const EPOCH = { SOURCE_DATE_EPOCH: '1795000000', GIT_CEILING_DIRECTORIES: tmpdir() };

/** Cases of test/golden/init whose debian/ is to be built; options of init. */
const CASES: Readonly<Record<string, readonly string[]>> = {
  'system-files': [],
  'modules-load': [],
  'shell-conf': [],
  'names-mapped': [],
  'needs-others': [],
  'odd-files': [],
};

async function build(name: string, style: string, options: readonly string[]): Promise<string> {
  const home = join(parent, name, style);
  const tree = join(home, 'tree');
  await mkdir(home, { recursive: true });
  await cp(join(PROJECT, 'test/golden/init', name, 'in'), tree, { recursive: true });
  await callCommand(['init', '--rules', style, ...options], tree, EPOCH);
  await run('dpkg-buildpackage', ['-us', '-uc', '-d', ...(style === 'dh' ? [] : ['-b'])], {
    cwd: tree,
    env: { ...EPOCH, PATH: `${join(PROJECT, 'bin')}:${process.env.PATH}` },
  });
  return home;
}

/** Returns what one run of lintian says about the uploads of all these directories. */
async function complaints(homes: readonly string[]): Promise<string> {
  const changes: string[] = [];
  for (const home of homes) {
    const own = (await readdir(home)).filter((file) => file.endsWith('.changes'));
    expect(own).toHaveLength(1);
    changes.push(...own.map((file) => join(home, file)));
  }
  const args = ['--allow-root', '--suppress-tags', SUPPRESSED, ...changes];
  return (await run('lintian', args, { accept: [0, 1, 2] })).stdout;
}

/** The directories of all cases that were built. */
const uploads: string[] = [];

describe('what init writes', () => {
  test.each(Object.entries(CASES))(
    '%s: builds in both styles to the same files',
    async (name, options) => {
      const homes: string[] = [];
      const listings: string[] = [];
      for (const style of ['dkms-deb', 'dh']) {
        const home = await build(name, style, options);
        homes.push(home);
        const deb = (await readdir(home)).find((file) => file.endsWith('.deb')) ?? '';
        listings.push((await run('dpkg-deb', ['-c', join(home, deb)])).stdout);
      }
      expect(listings[0]).toBe(listings[1]);
      uploads.push(...homes);
    },
  );

  // One call for all cases: lintian needs seconds before it looks at the first package.
  test('lintian is content with both styles of all of them', async () => {
    expect(uploads).toHaveLength(2 * Object.keys(CASES).length);
    expect(await complaints(uploads)).toBe('');
  });

  test('a read-only tree is not changed', async () => {
    const tree = join(parent, 'read-only');
    await cp(join(PROJECT, 'examples/hello'), tree, { recursive: true });
    await run('chmod', ['-R', 'a+rX,a-w', tree]);
    await run('chmod', ['a+x', parent]);
    const asNobody =
      process.getuid?.() === 0 ? ['--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    const result = await run(
      asNobody.length > 0 ? 'setpriv' : 'env',
      [...asNobody, DKMS_DEB, 'init', tree],
      { env: { DEBFULLNAME: 'Jane Doe', DEBEMAIL: 'jane@example.org' }, accept: [1] },
    );
    expect(result.stderr).toContain('cannot be written: permission denied (EACCES)');
    expect((await readdir(tree)).sort()).toEqual(
      (await readdir(join(PROJECT, 'examples/hello'))).sort(),
    );
    await run('chmod', ['-R', 'u+w', tree]);
  });

  test('--rules dh builds without dkms-deb', async () => {
    const home = await build('one-module', 'dh', []);
    const control = await readFile(join(home, 'tree/debian/control'), 'utf8');
    expect(control).not.toContain('dkms-deb');
    expect(await readFile(join(home, 'tree/debian/rules'), 'utf8')).not.toContain('dkms-deb build');
  });
});
