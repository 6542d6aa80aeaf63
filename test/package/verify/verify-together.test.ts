import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseKernelConfig } from '../../../src/kernel/config.ts';
import { parseSymvers } from '../../../src/kernel/symvers.ts';
import { readContents } from '../../../src/package/verify/package-contents.ts';
import { verifyPackage } from '../../../src/package/verify/verify-package.ts';
import { writeSmallPackage } from '../../support/small-package.ts';
import { CONFIG, RELEASE, SYMVERS, small } from '../../support/verify-fixture.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'verify-together-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Given {
  readonly name: string;
  readonly place?: string;
  readonly compressed?: boolean;
  readonly fields?: readonly string[];
}

async function pack({ name, place = 'updates', compressed = false, fields = [] }: Given) {
  const path = `lib/modules/${RELEASE}/${place}/small.ko${compressed ? '.gz' : ''}`;
  const packageName = `${name}-modules-${RELEASE}`;
  const file = await writeSmallPackage(directory, {
    name: packageName,
    depends: `linux-image-${RELEASE}`,
    fields,
    files: { [path]: compressed ? gzipSync(small()) : small() },
    scripts: { postinst: `depmod -a ${RELEASE}`, postrm: `depmod -a ${RELEASE}` },
  });
  return readContents(file);
}

/** What is found in the first package beside the second. */
async function together(first: Given, second: Given): Promise<string[]> {
  const packages = [await pack(first), await pack(second)];
  const [contents] = packages;
  if (contents === undefined) throw new Error('nothing packed');
  const kernel = {
    release: RELEASE,
    machine: 'x86_64',
    config: parseKernelConfig(CONFIG),
    exports: parseSymvers(SYMVERS),
    moduleDirectory: '/lib/modules',
    missing: undefined,
  };
  const { findings } = await verifyPackage(contents, packages, { kernel, evaluate: false });
  return findings
    .filter(({ level }) => level !== 'ok')
    .map(({ level, code, message }) => `${level} ${code}: ${message}`);
}

test('two packages with the same file: dpkg takes only one', async () => {
  const found = await together({ name: 'a' }, { name: 'b' });
  expect(found).toEqual([
    `error same-modules: b-modules-${RELEASE} has the same files, so dpkg can install only one of the two packages (small)`,
  ]);
});

test('bug: the same module with and without compression were called the same file', async () => {
  const found = await together({ name: 'a' }, { name: 'b', compressed: true });
  expect(found).toEqual([
    expect.stringMatching(/^warning same-modules: .*only one module of each name/),
  ]);
});

test('a module of the same name elsewhere: only one is loaded', async () => {
  const found = await together({ name: 'a' }, { name: 'b', place: 'updates/b' });
  expect(found).toEqual([
    expect.stringMatching(/^warning same-modules: .*only one module of each name/),
  ]);
});

test('packages that declare a conflict, and two versions of one package, are never there together', async () => {
  const other = `b-modules-${RELEASE}`;
  expect(await together({ name: 'a', fields: [`Conflicts: ${other}`] }, { name: 'b' })).toEqual([]);
  const provides = { name: 'b', fields: ['Provides: small-driver', 'Breaks: small-driver'] };
  expect(await together({ name: 'a', fields: ['Provides: small-driver'] }, provides)).toEqual([]);
  expect(await together({ name: 'a' }, { name: 'a' })).toEqual([]);
});
