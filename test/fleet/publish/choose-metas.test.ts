import { expect, test } from 'vitest';
import {
  chooseMetas,
  dependencyOfMeta,
  type OfferedKernel,
} from '../../../src/fleet/publish/choose-metas.ts';
import type { PublishedPackage } from '../../../src/repository/published-package.ts';
import { published, publishedModules } from '../../support/published.ts';

const kernel = (number: number) => `6.12.${number}+deb13-amd64`;
const modules = (number: number, more: Partial<PublishedPackage> = {}) =>
  publishedModules(kernel(number), `6.12.${number}-1`, more);
const offer = (...numbers: number[]): OfferedKernel[] =>
  numbers.map((number) => ({ release: kernel(number), architecture: 'amd64', flavour: 'amd64' }));

const chosen = (packages: readonly PublishedPackage[], offered: readonly OfferedKernel[] = []) =>
  chooseMetas(packages, offered).map(({ name, modules: { name: wanted, version } }) => [
    name,
    `${wanted} ${version}`,
  ]);

test('a metapackage is for the newest kernel whose modules are published', () => {
  const wanted = [['hello-modules-amd64', `hello-modules-${kernel(10)} 1.0-1+6.12.10-1`]];
  expect(chosen([modules(9), modules(10)])).toEqual(wanted);
  // 6.12.11 failed to build: last good.
  expect(chosen([modules(9), modules(10)], offer(9, 10, 11))).toEqual(wanted);
});

test('of several versions for that kernel, the newest counts', () => {
  const [old, young] = ['1.9-1+6.12.9-1', '1.10-1+6.12.9-1'].map((version) =>
    modules(9, { version }),
  );
  expect(chosen([young, old] as PublishedPackage[])).toEqual([
    ['hello-modules-amd64', `hello-modules-${kernel(9)} 1.10-1+6.12.9-1`],
  ]);
});

test('a withdrawn kernel is chosen only if no other kernel of the flavour has modules', () => {
  const all = [modules(9), modules(10)];
  expect(chosen(all, offer(9))[0]?.[1]).toContain(kernel(9));
  expect(chosen(all, offer(11))[0]?.[1]).toContain(kernel(10));
});

test('each flavour and architecture of each driver has its own', () => {
  const cloud = publishedModules('6.12.9+deb13-cloud-amd64', '6.12.9-1');
  const arm = modules(9, { architecture: 'arm64' });
  const other = modules(9, { name: `x-modules-y-modules-${kernel(9)}` });
  expect(chosen([modules(9), cloud, arm, other]).map(([name]) => name)).toEqual([
    'hello-modules-amd64',
    'hello-modules-cloud-amd64',
    'hello-modules-amd64',
    'x-modules-y-modules-amd64',
  ]);
  // The archive knows the flavour better than the name: linux-image-6.12-amd64 in bookworm.
  const flavour = [{ release: kernel(9), architecture: 'amd64', flavour: '6.12-amd64' }];
  expect(chosen([modules(9)], flavour)[0]?.[0]).toBe('hello-modules-6.12-amd64');
});

test('packages of other kinds have none', () => {
  const debug = modules(9, { name: `hello-modules-${kernel(9)}-dbgsym` });
  expect(
    chosen([published('hello-dkms', '1.0-1'), debug, published('hello-modules-amd64', '1')]),
  ).toEqual([]);
});

test('the dependency of a metapackage is read, whatever the names are', () => {
  const meta = (name: string, depends: string) =>
    dependencyOfMeta(published(name, '1', { depends }));
  const wanted = { name: `hello-modules-${kernel(9)}`, version: '1' };
  expect(
    meta('hello-modules-amd64', `${wanted.name} (= 1), linux-latest-modules-${kernel(9)}`),
  ).toEqual(wanted);
  expect(meta('hello-modules-amd64', `${wanted.name} (= 1) | hello-dkms`)).toEqual(wanted);
  expect(
    meta('a-modules-b-modules-amd64', 'a-modules-b-modules-6.1.0-9-amd64 (= 2)')?.version,
  ).toBe('2');
  expect(meta('hello-modules-common', 'kmod')).toBeUndefined();
  expect(meta('hello-modules-common', 'hello-modules-tools (= 1)')).toBeUndefined();
  expect(dependencyOfMeta(modules(9))).toBeUndefined();
});
