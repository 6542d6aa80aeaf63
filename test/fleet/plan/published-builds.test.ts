import { describe, expect, test } from 'vitest';
import { lookUpBuilds } from '../../../src/fleet/plan/published-builds.ts';
import { buildKeyOf, digestOf, type KeyParts } from '../../../src/package/modules/build-key.ts';
import type { PublishedPackage } from '../../../src/repository/published-package.ts';
import { smallPlan } from '../../support/small-plan.ts';

const { drivers, kernels } = smallPlan();
const [driver, kernel] = [drivers[0], kernels[0]];
if (driver === undefined || kernel === undefined) throw new Error('no driver');

const parts: KeyParts = {
  source: digestOf(1),
  conf: digestOf(2),
  headers: digestOf(3),
  toolchain: digestOf(4),
  options: digestOf(5),
};
const key = buildKeyOf(parts);

function published(more: Partial<PublishedPackage> = {}): PublishedPackage {
  return {
    suite: 'trixie',
    name: 'hello-modules-6.12.9-amd64',
    version: '1.0-1+6.12.9-1',
    architecture: 'amd64',
    fileName: 'pool/hello.deb',
    size: 1,
    sha256: 'a',
    source: 'hello',
    depends: '',
    provides: '',
    buildKey: key.key,
    buildInputs: key.inputs,
    moduleSigners: '',
    kernelRelease: '6.12.9-amd64',
    kernelVersion: '6.12.9-1',
    ...more,
  };
}

function verdict(
  packages: readonly PublishedPackage[],
  {
    dbgsym = false,
    signers,
    failed = [],
  }: {
    dbgsym?: boolean;
    signers?: string[][];
    failed?: string[];
  } = {},
) {
  const wish = { dbgsym, signers };
  const known = { packages, failed: new Set(failed) };
  return lookUpBuilds(known, wish)(driver as never, kernel as never, key);
}

test('a package with the same key is kept', () => {
  expect(verdict([published()])).toEqual({ file: 'pool/hello.deb' });
});

test('nothing, another kernel, another driver: new', () => {
  expect(verdict([])).toEqual({ reason: 'new driver' });
  const other = { buildKey: 'sha256:0', name: 'hello-modules-6.12.8-amd64' };
  expect(verdict([published(other)])).toEqual({ reason: 'new kernel' });
  expect(verdict([published({ ...other, name: 'duo-modules-6.12.9-amd64' })])).toEqual({
    reason: 'new driver',
  });
});

test('what changed is told; several changes, too', () => {
  const before = (changed: Partial<KeyParts>) => {
    const { key: buildKey, inputs: buildInputs } = buildKeyOf({ ...parts, ...changed });
    return verdict([published({ buildKey, buildInputs })]);
  };
  const old = digestOf('old');
  expect(before({ source: old })).toMatchObject({ reason: 'driver changed' });
  expect(before({ conf: old })).toMatchObject({ reason: 'conf changed' });
  expect(before({ headers: old })).toMatchObject({ reason: 'headers changed' });
  expect(before({ toolchain: old })).toMatchObject({ reason: 'toolchain changed' });
  expect(before({ options: old, conf: old })).toMatchObject({
    reason: 'conf changed, options changed',
  });
  expect(verdict([published({ buildKey: 'sha256:0' })])).toMatchObject({
    reason: 'format of packages changed',
  });
  expect(verdict([published({ buildKey: '', buildInputs: '' })])).toMatchObject({
    reason: 'the published package has no Build-Key',
  });
});

describe('versions that are published with other contents', () => {
  const other = { buildKey: 'sha256:0' };
  const old = buildKeyOf({ ...parts, toolchain: digestOf('old') });
  const built = { buildKey: old.key, buildInputs: old.inputs };

  test('a build again gets the next +bN', () => {
    expect(verdict([published(built)])).toEqual({ reason: 'toolchain changed', rebuild: 1 });
    const second = published({ ...built, version: '1.0-1+6.12.9-1+b1' });
    expect(verdict([published(other), second])).toEqual({
      reason: 'toolchain changed',
      rebuild: 2,
    });
    expect(verdict([second], { failed: [key.key] })).toEqual({
      reason: 'failed before',
      rebuild: 2,
    });
  });

  test('another version of the driver or of the kernel needs none', () => {
    const versions = ['0.9-1+6.12.9-1', '1.0-1+6.12.9-2', '1.0-1'];
    for (const version of versions) {
      expect(verdict([published({ ...other, version })]), version).not.toHaveProperty('rebuild');
    }
  });

  test('a package that was built again is found by its key', () => {
    const again = published({ version: '1.0-1+6.12.9-1+b3' });
    expect(verdict([published(other), again])).toEqual({ file: 'pool/hello.deb', rebuild: 3 });
  });

  test('a source that changed under the same version is told', () => {
    const { key: buildKey, inputs } = buildKeyOf({ ...parts, source: digestOf('old') });
    const before = { buildKey, buildInputs: inputs };
    expect(verdict([published(before)])).toEqual({
      reason: 'driver changed',
      rebuild: 1,
      unchangedVersion: true,
    });
    const older = published({ ...before, version: '0.9-1+6.12.9-1' });
    expect(verdict([older])).toEqual({ reason: 'driver changed' });
  });
});

test('a build that failed with this key is told', () => {
  expect(verdict([], { failed: [key.key] })).toEqual({ reason: 'failed before' });
  expect(verdict([published()], { failed: [key.key] })).toEqual({ file: 'pool/hello.deb' });
});

test('debug symbols that are wanted must be there, in the same version', () => {
  const symbols = published({ name: 'hello-modules-6.12.9-amd64-dbgsym', buildKey: '' });
  expect(verdict([published()], { dbgsym: true })).toEqual({
    reason: 'debug symbols are not published',
  });
  expect(verdict([published(), symbols], { dbgsym: true })).toEqual({ file: 'pool/hello.deb' });
  expect(verdict([published(), { ...symbols, version: '0' }], { dbgsym: true })).toEqual({
    reason: 'debug symbols are not published',
  });
});

test('with a certificate, exactly its signatures must be there', () => {
  const signed = (moduleSigners: string, signers: string[][]) =>
    verdict([published({ moduleSigners })], { signers });
  const changed = { reason: 'signer changed', rebuild: 1 };
  expect(signed('0a', [['0a', 'ff']])).toEqual({ file: 'pool/hello.deb' });
  expect(signed('ff', [['0a', 'ff']])).toEqual({ file: 'pool/hello.deb' });
  expect(signed('', [['0a', 'ff']])).toEqual(changed);
  expect(signed('0b', [['0a', 'ff']])).toEqual(changed);
  expect(signed('0a 0b', [['0a', 'ff']])).toEqual(changed);
  expect(signed('0a', [['0a'], ['0b']])).toEqual(changed);
  expect(signed('0a 0b', [['0a'], ['0b']])).toEqual({ file: 'pool/hello.deb' });
  // The key is the same for both: the newer package counts, in whatever order the index has them.
  const old = published({ moduleSigners: '0a' });
  const again = published({ moduleSigners: '0b', version: '1.0-1+6.12.9-1+b1' });
  for (const packages of [
    [old, again],
    [again, old],
  ]) {
    expect(verdict(packages, { signers: [['0b']] })).toEqual({
      file: 'pool/hello.deb',
      rebuild: 1,
    });
  }
});
