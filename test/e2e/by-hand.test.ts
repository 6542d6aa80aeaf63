import { cp, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { debPayload } from '../support/deb-payload.ts';
import { driverTree } from '../support/driver.ts';
import { lintianProblems } from '../support/lintian.ts';
import { ONLY_DEBS } from '../support/only-debs.ts';
import { call, dkmsDebLines, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';
import { sharedSandbox } from '../support/shared-sandbox.ts';
import { snapshot } from '../support/snapshot.ts';
import { buildTwins, withoutScriptSize } from '../support/twin.ts';

const EXAMPLES = ['hello', 'duo'] as const;

const named = (paths: readonly string[], suffix: string) =>
  paths.find((path) => path.endsWith(suffix)) ?? `no ${suffix} among ${paths.join(' ')}`;

async function bytesEqual(sandbox: Sandbox, one: string, other: string): Promise<boolean> {
  return (await call(sandbox, 'cmp', ['--', one, other])).exitStatus === 0;
}

const shared = sharedSandbox();
/** The .changes of both drivers by what made them, for the last tests. */
const uploads = { 'build without debian/': [] as string[], 'dpkg-buildpackage': [] as string[] };

describe.each(EXAMPLES)('%s by hand', (driver) => {
  test('build without debian/ writes the files that it prints, and nothing into the tree', async ({
    sandbox,
  }) => {
    const tree = await driverTree(driver, sandbox.directory);
    const before = await snapshot(tree);
    const out = join(shared().directory, 'alone', driver);
    const written = await dkmsDebLines(sandbox, ['build', '-o', out, tree]);
    expect(await snapshot(tree)).toEqual(before);
    expect(await readdir(sandbox.tmp)).toEqual([]);
    expect(written.map((path) => basename(path)).sort()).toEqual((await readdir(out)).sort());
    const changes = named(written, '.changes');
    const verified = await call(sandbox, 'dscverify', ['--nosigcheck', changes]);
    expect(verified.exitStatus, verified.output).toBe(0);
    uploads['build without debian/'].push(changes);
  });

  test('build with debian/ does not change the tree, and writes the same bytes as dpkg-buildpackage', async ({
    sandbox,
  }) => {
    const tree = await driverTree(driver, join(sandbox.directory, 'work'));
    await dkmsDebLines(sandbox, ['init', tree]);
    const before = await snapshot(tree);
    const written = await dkmsDebLines(sandbox, ['build', '-o', sandbox.out, tree]);
    expect(await snapshot(tree)).toEqual(before);

    const made = await call(sandbox, 'dpkg-buildpackage', ['-us', '-uc', '-b', '-d'], {
      cwd: tree,
    });
    expect(made.exitStatus, made.output).toBe(0);
    const deb = named(written, '.deb');
    expect(await bytesEqual(sandbox, deb, join(dirname(tree), basename(deb)))).toBe(true);
  });

  test('init and build, and build alone, install the same files under /usr/src', async ({
    sandbox,
  }) => {
    const tree = await driverTree(driver, sandbox.directory);
    const alone = await dkmsDebLines(sandbox, ['build', '-o', join(sandbox.out, 'alone'), tree]);
    await dkmsDebLines(sandbox, ['init', tree]);
    const after = await dkmsDebLines(sandbox, ['build', '-o', join(sandbox.out, 'after'), tree]);
    // The dates of changelog and copyright differ: those of the tree, and of today.
    expect(await debPayload(named(after, '.deb'), 'usr/src/')).toEqual(
      await debPayload(named(alone, '.deb'), 'usr/src/'),
    );
  });

  test('the source package of dpkg-buildpackage unpacks to the same tree', async ({ sandbox }) => {
    const work = join(shared().directory, 'whole', driver);
    const tree = await driverTree(driver, work);
    await dkmsDebLines(sandbox, ['init', tree]);
    const kept = join(sandbox.directory, 'kept');
    await cp(tree, kept, { recursive: true, preserveTimestamps: true });
    const made = await call(sandbox, 'dpkg-buildpackage', ['-us', '-uc', '-d'], { cwd: tree });
    expect(made.exitStatus, made.output).toBe(0);

    const files = (await readdir(work)).map((name) => join(work, name));
    const changes = named(files, '.changes');
    const verified = await call(sandbox, 'dscverify', ['--nosigcheck', changes]);
    expect(verified.exitStatus, verified.output).toBe(0);
    uploads['dpkg-buildpackage'].push(changes);

    const unpacked = join(sandbox.directory, 'unpacked');
    const source = ['--no-check', '-x', named(files, '.dsc'), unpacked];
    const extracted = await call(sandbox, 'dpkg-source', source);
    expect(extracted.exitStatus, extracted.output).toBe(0);
    const compared = await call(sandbox, 'diff', ['-r', '--no-dereference', kept, unpacked]);
    expect(compared.output).toBe('');
    // And it builds once more, from there.
    const again = await call(sandbox, 'dpkg-buildpackage', ONLY_DEBS, { cwd: unpacked });
    expect(again.exitStatus, again.output).toBe(0);
    const deb = basename(named(files, '.deb'));
    const second = join(sandbox.directory, deb);
    expect(await debPayload(second)).toEqual(await debPayload(join(work, deb)));
  });

  test('with --rules dh, debhelper makes the same package', async ({ sandbox }) => {
    const tree = await driverTree(driver, join(sandbox.directory, 'source'));
    const { ours, debhelpers } = await buildTwins(tree, join(sandbox.directory, 'twins'));
    expect(ours.listing).toBe(debhelpers.listing);
    expect(ours.dataDigest).toBe(debhelpers.dataDigest);
    expect(withoutScriptSize(ours)).toBe(withoutScriptSize(debhelpers));
    expect([...ours.scripts.keys()].sort()).toEqual([...debhelpers.scripts.keys()].sort());
    expect(ours.scripts.get('md5sums')).toBe(debhelpers.scripts.get('md5sums'));
    // postinst and prerm do the same in other words: test/interop/package/twin.test.ts runs them.
  });
});

// One call for both drivers: lintian needs seconds before it looks at the first package.
test.for([
  ['build without debian/', {}],
  ['dpkg-buildpackage', { 'newer-standards-version': 'bookworm: 4.6.2' }],
] as const)('lintian finds no fault in the uploads of %s', async ([maker, expected]) => {
  expect(uploads[maker]).toHaveLength(EXAMPLES.length);
  expect(await lintianProblems(uploads[maker], expected)).toEqual([]);
});
