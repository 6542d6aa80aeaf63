import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BundledPackage } from '../../packaging/bundled-packages.ts';
import { LockFile } from '../../packaging/lock-file.ts';
import { bundleSbom } from '../../packaging/sbom.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sbom-'));
});
afterEach(() => rm(root, { recursive: true }));

const PRODUCT = {
  name: 'dkms-deb',
  version: '1.2.0-rc.1',
  description: 'Packages',
  license: 'GPL-3.0-or-later',
  author: 'Jane Doe <jane@example.org>',
  sha256: 'ab'.repeat(32),
};
const TIME = 1_795_000_000;

const integrity = (byte: number) => `sha512-${Buffer.alloc(64, byte).toString('base64')}`;

const LOCKED = {
  '': { devDependencies: { a: '1', 'not-bundled': '1' } },
  'node_modules/a': {
    version: '1.0.0',
    integrity: integrity(1),
    dependencies: { '@s/b': '1', c: '2' },
  },
  'node_modules/@s/b': { version: '1.0.0', integrity: integrity(2), dependencies: { c: '1' } },
  'node_modules/c': { version: '1.0.0', integrity: integrity(3) },
  'node_modules/a/node_modules/c': { version: '2.0.0', integrity: integrity(4) },
  'node_modules/not-bundled': { version: '1.0.0', integrity: integrity(5) },
};

function bundled(name: string, version: string, directory: string): BundledPackage {
  return { name, version, directories: [directory], license: 'MIT', copyright: ['J'], text: '' };
}

const PACKAGES = [
  bundled('@s/b', '1.0.0', 'node_modules/@s/b'),
  bundled('a', '1.0.0', 'node_modules/a'),
  bundled('c', '1.0.0', 'node_modules/c'),
  bundled('c', '2.0.0', 'node_modules/a/node_modules/c'),
];

async function sbom(packages = PACKAGES, locked: object = LOCKED): Promise<string> {
  await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages: locked }));
  return bundleSbom(PRODUCT, packages, await LockFile.read(root), TIME);
}

interface Document {
  readonly metadata: { timestamp: string; component: { hashes: object[] } };
  readonly components: readonly Record<string, unknown>[];
  readonly dependencies: readonly { ref: string; dependsOn?: string[] }[];
}

test('it has each package of the bundle, and no other: version, licence, purl, the hash of the lock', async () => {
  const { components, metadata } = JSON.parse(await sbom()) as Document;
  expect(components.map(({ purl }) => purl)).toEqual([
    'pkg:npm/%40s/b@1.0.0',
    'pkg:npm/a@1.0.0',
    'pkg:npm/c@1.0.0',
    'pkg:npm/c@2.0.0',
  ]);
  expect(components[3]).toMatchObject({
    name: 'c',
    version: '2.0.0',
    hashes: [{ alg: 'SHA-512', content: '04'.repeat(64) }],
    licenses: [{ license: { id: 'MIT' } }],
  });
  expect(components[0]).toMatchObject({ group: '@s', name: 'b' });
  expect(metadata.component.hashes).toEqual([{ alg: 'SHA-256', content: PRODUCT.sha256 }]);
});

test('who needs whom is as node resolves it; what nobody names is the product’s own', async () => {
  const runtime = bundled('r', '1.0.0', 'node_modules/r');
  const locked = { ...LOCKED, 'node_modules/r': { version: '1.0.0', integrity: integrity(6) } };
  const { dependencies } = JSON.parse(await sbom([...PACKAGES, runtime], locked)) as Document;
  expect(Object.fromEntries(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))).toEqual({
    'dkms-deb@1.2.0-rc.1': ['a@1.0.0', 'r@1.0.0'],
    'a@1.0.0': ['@s/b@1.0.0', 'c@2.0.0'],
    '@s/b@1.0.0': ['c@1.0.0'],
    'c@1.0.0': undefined,
    'c@2.0.0': undefined,
    'r@1.0.0': undefined,
  });
});

test('the same input gives the same text: no serial number, and the time of the package', async () => {
  const text = await sbom();
  expect(await sbom([...PACKAGES].reverse())).toBe(text);
  expect(text).not.toMatch('serialNumber');
  expect((JSON.parse(text) as Document).metadata.timestamp).toBe('2026-11-18T11:06:40.000Z');
});

test.each([
  ['another version', bundled('a', '1.0.1', 'node_modules/a'), /1\.0\.1 .*has 1\.0\.0/],
  ['none of it', bundled('x', '1.0.0', 'node_modules/x'), /does not have it/],
  ['no hash of it', bundled('n', '1.0.0', 'node_modules/n'), /no SHA-512/],
])('a bundle of which the lock file has %s is refused', async (_, one, message) => {
  const locked = { ...LOCKED, 'node_modules/n': { version: '1.0.0', integrity: 'sha1-AAAA' } };
  const made = sbom([one], locked);
  await expect(made).rejects.toThrow(expect.objectContaining({ code: 'lock-file' }));
  await expect(made).rejects.toThrow(message);
});
