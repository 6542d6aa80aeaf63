import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { META_KINDS } from '../../../src/package/modules/package-choices.ts';
import { exampleDirectory } from '../../support/example.ts';
import { findingsIn, findingsOf } from '../../support/findings.ts';
import { installedKernels } from '../../support/kernels.ts';
import { type SmallPackage, writeSmallPackage } from '../../support/small-package.ts';
import { callInProcess } from '../../support/verify-command.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'verify-meta-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const RELEASE = '6.12.117+deb13-amd64';
const MODULES = `hello-modules-${RELEASE}`;
const EXACT = `${MODULES} (= 1.0)`;
const LOCKSTEP = `${EXACT}, linux-latest-modules-${RELEASE}`;

function meta(changes: Partial<SmallPackage> = {}): SmallPackage {
  return {
    name: 'hello-modules-amd64',
    depends: LOCKSTEP,
    fields: ['Section: kernel'],
    files: { 'usr/share/doc/hello-modules-amd64/copyright': 'GPL-2\n' },
    ...changes,
  };
}

test.each<[string, Partial<SmallPackage>]>([
  ['', {}],
  ['', { depends: EXACT }],
  ['', { depends: `${EXACT} | hello-dkms` }],
  // A flavour may begin with a number, a driver's name may have -modules- in it.
  ['', { name: 'hello-modules-6.12-cloud-amd64', depends: EXACT }],
  ['', { name: 'a-modules-b-modules-rt-amd64', depends: 'a-modules-b-modules-6.1.0-1-rt (= 1)' }],
  ['error inexact-meta-dependency', { depends: MODULES }],
  ['error inexact-meta-dependency', { depends: `${MODULES} (>= 1.0) | hello-dkms` }],
  ['error meta-kernels', { depends: `${EXACT}, linux-latest-modules-6.12.1-amd64` }],
  ['warning meta-kind', { depends: `${EXACT}, linux-image-amd64` }],
  // ovpn-dco is in openvpn-dco-dkms.
  ['', { depends: `${EXACT} | other-dkms` }],
  ['warning meta-kind', { depends: `${EXACT} | other-modules-${RELEASE}` }],
  ['warning meta-kind', { depends: `${EXACT} | linux-image-amd64` }],
  ['warning meta-kind', { depends: `${EXACT} | hello-dkms, linux-latest-modules-${RELEASE}` }],
  ['warning meta-kind', { depends: `${EXACT} | hello-dkms | hello-source` }],
  ['error meta-files', { files: { 'etc/modules-load.d/hello.conf': 'hello\n' } }],
  ['error meta-files', { links: { 'usr/lib/hello': 'there' } }],
  ['warning meta-section', { fields: ['Section: metapackages'] }],
  ['error control-file, error relations', { depends: `${EXACT} |` }],
  // Other people's, of which we know nothing.
  ['unchecked nothing-to-verify', { name: 'hello-meta' }],
  ['unchecked nothing-to-verify', { depends: 'linux-image-amd64' }],
  [
    'unchecked nothing-to-verify',
    { name: 'linux-modules-nvidia-generic', depends: 'linux-modules-6' },
  ],
])('%s: %o', async (expected, changes) => {
  expect((await findingsOf(directory, meta(changes))).join(', ')).toBe(expected);
});

test('if it is checked together with its target, it must depend on the version of the target', async () => {
  const beside = await writeSmallPackage(directory, {
    name: MODULES,
    depends: `linux-image-${RELEASE}`,
    files: { [`lib/modules/${RELEASE}/updates/hello.ko`]: '' },
  });
  const of = async (depends: string) =>
    findingsIn(await writeSmallPackage(directory, meta({ depends })), beside);
  expect(await of(LOCKSTEP)).toEqual([]);
  expect(await of(`${MODULES} (= 2.0)`)).toEqual(['error meta-version']);
});

describe('what bmdeb writes', () => {
  test.each(META_KINDS)('--meta %s', async (kind) => {
    const [release = ''] = await installedKernels();
    const parent = join(directory, kind);
    await mkdir(parent);
    const tree = await exampleDirectory('hello', parent);
    const out = join(parent, 'out');
    const built = await callInProcess(
      'bmdeb',
      '-q',
      '-k',
      release,
      '--meta',
      kind,
      '-o',
      out,
      tree,
    );
    expect(built.status, built.stderr).toBe(0);
    const files = (await readdir(out)).map((name) => join(out, name));
    expect(files.length).toBe(2);
    const { status, stdout, stderr } = await callInProcess('verify', '-q', ...files);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^ {4}ok: structure, md5sums, meta$/m);
    expect(stdout).not.toMatch(/^ +(error|warning|not checked)/m);
  });
});
