import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { exampleDirectory } from '../../support/example.ts';
import { findingsIn, findingsOf } from '../../support/findings.ts';
import { installedKernels } from '../../support/kernels.ts';
import { makeExample } from '../../support/make-example.ts';
import { ONLY_DEBS } from '../../support/only-debs.ts';
import { type SmallPackage, writeSmallPackage } from '../../support/small-package.ts';
import { callInProcess } from '../../support/verify-command.ts';

let directory = '';
let release = '';
let buildId = '';
/** hello.ko as make leaves it, its debug data alone, and both after the wrong strip. */
let module: Buffer;
let data: Buffer;
let strippedModule: Buffer;
let strippedData: Buffer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'verify-dbgsym-'));
  [release = ''] = await installedKernels();
  const ko = join(await makeExample('hello', release, directory), 'hello.ko');
  module = await readFile(ko);
  buildId = await idOf(ko);
  data = await debugDataOf(ko);
  await run('strip', ['-g', ko]);
  strippedModule = await readFile(ko);
  strippedData = await debugDataOf(ko);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function idOf(file: string): Promise<string> {
  return /Build ID: (\w+)/.exec((await run('readelf', ['-n', file])).stdout)?.[1] ?? '';
}

async function debugDataOf(file: string): Promise<Buffer> {
  await run('objcopy', ['--only-keep-debug', '--compress-debug-sections', file, `${file}.debug`]);
  return readFile(`${file}.debug`);
}

const path = (id = buildId) => `usr/lib/debug/.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`;
const MARK = 'Auto-Built-Package: debug-symbols';
const OTHER = 'ab'.repeat(20);

function good(): SmallPackage {
  return {
    name: `hello-modules-${release}-dbgsym`,
    depends: `hello-modules-${release} (= 1.0)`,
    fields: [MARK, `Build-Ids: ${buildId}`],
    files: { [path()]: data },
    links: {
      [`usr/lib/debug/lib/modules/${release}/updates/hello.ko.debug`]: `../../../../.build-id/${path().split('/').slice(-2).join('/')}`,
      [`usr/share/doc/hello-modules-${release}-dbgsym`]: `hello-modules-${release}`,
    },
  };
}

describe('debug data of modules', () => {
  test.each<[string, () => Partial<SmallPackage>]>([
    ['', () => ({})],
    ['', () => ({ files: { [path()]: data, 'usr/lib/debug/.dwz/x86_64-linux-gnu/x.debug': 'x' } })],
    ['error no-debug-files', () => ({ files: {}, links: {} })],
    [
      'warning debug-file-place',
      () => ({ files: { 'usr/lib/debug/usr/lib/libx.so.1': data }, links: {} }),
    ],
    // As Ubuntu's kernel has it.
    [
      'unchecked debug-files',
      () => ({
        name: 'linux-image-unsigned-6.8.0-31-generic-dbgsym',
        files: { 'usr/lib/debug/lib/modules/6.8.0-31-generic/kernel/x.ko': module },
      }),
    ],
    ['error no-debug-file', () => ({ files: { [path()]: 'no object\n' } })],
    ['error no-debug-file', () => ({ files: { [path()]: data.subarray(0, 200) } })],
    ['error wrong-machine', () => ({ architecture: 'arm64' })],
    ['error no-debug-data', () => ({ files: { [path()]: strippedData } })],
    [
      'error wrong-build-id, warning dangling-link',
      () => ({ files: { [path(OTHER)]: data }, fields: [MARK, `Build-Ids: ${OTHER}`] }),
    ],
    [
      'warning debug-file-place, warning dangling-link',
      () => ({ files: { 'usr/lib/debug/x.ko.debug': data }, fields: [MARK, 'Build-Ids:'] }),
    ],
    ['error build-ids', () => ({ fields: [MARK, `Build-Ids: ${buildId} ${OTHER}`] })],
    ['error build-ids, error build-ids', () => ({ fields: [MARK, `Build-Ids: ${OTHER}`] })],
    ['warning no-build-ids', () => ({ fields: [MARK] })],
    ['warning auto-built-package', () => ({ fields: [`Build-Ids: ${buildId}`] })],
    ['error dbgsym-dependency', () => ({ depends: `hello-modules-${release}` })],
    ['error dbgsym-dependency', () => ({ depends: `hello-modules-${release} (= 1.1)` })],
    ['error dbgsym-dependency', () => ({ depends: 'hello-modules-6.0.0-amd64 (= 1.0)' })],
    ['error control-file, error relations', () => ({ depends: 'a b c' })],
  ])('%s', async (expected, change) => {
    expect((await findingsOf(directory, { ...good(), ...change() })).join(', ')).toBe(expected);
  });

  test('without a build id', async () => {
    const file = join(directory, 'no-id.debug');
    await writeFile(file, data);
    await run('objcopy', ['--remove-section', '.note.gnu.build-id', file]);
    const files = { [path()]: await readFile(file) };
    expect(await findingsOf(directory, { ...good(), files })).toEqual(['error no-build-id']);
  });

  test('is that of the modules beside it', async () => {
    const modules = (bytes: Buffer): SmallPackage => ({
      name: `hello-modules-${release}`,
      depends: `linux-image-${release}`,
      files: { [`lib/modules/${release}/updates/hello.ko`]: bytes },
      scripts: { postinst: 'depmod -a "$K"', postrm: 'depmod -a "$K" || true' },
    });
    const beside = async (bytes: Buffer) =>
      findingsIn(
        await writeSmallPackage(directory, good()),
        await writeSmallPackage(directory, modules(bytes)),
      );
    expect(await beside(strippedModule)).toEqual([]);
    // The same driver, built again from a source that has changed.
    const other = Buffer.from(module);
    const at = other.indexOf(Buffer.from(buildId, 'hex'));
    other.set(Buffer.from(OTHER, 'hex'), at);
    expect(await beside(other)).toEqual(['error foreign-debug-data']);
  });
});

test('a package that bmdeb --dbgsym writes has no fault', async () => {
  const parent = join(directory, 'bmdeb');
  await mkdir(parent);
  const tree = await exampleDirectory('duo', parent);
  const out = join(parent, 'out');
  const built = await callInProcess('bmdeb', '-q', '-k', release, '--dbgsym', '-o', out, tree);
  expect(built.status, built.stderr).toBe(0);
  const files = (await readdir(out)).map((name) => join(out, name));
  const { status, stdout, stderr } = await callInProcess('verify', '-q', ...files);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^ {4}ok: structure, md5sums, debug-files, dbgsym-dependency$/m);
  expect(stdout).not.toMatch(/^ +(error|warning|not checked)/m);
});

describe('a -dbgsym package that debhelper makes of programs', () => {
  let symbols = '';
  beforeAll(async () => {
    const tree = join(directory, 'programs');
    await mkdir(join(tree, 'debian'), { recursive: true });
    const files: Record<string, string> = {
      'a.c': 'int shared(int x) { return x + 1; }\n',
      'main.c':
        'extern int shared(int x);\nint main(int argc, char **argv) { return shared(argc); }\n',
      'debian/changelog':
        'programs (1:2.0-1) unstable; urgency=medium\n\n  * New.\n\n -- A <a@example.org>  Mon, 02 Mar 2026 10:00:00 +0000\n',
      'debian/control':
        'Source: programs\nMaintainer: A <a@example.org>\nBuild-Depends: debhelper-compat (= 13)\n\nPackage: programs\nArchitecture: any\nMulti-Arch: same\nDepends: libc6\nDescription: package of a test\n',
      'debian/rules': `#!/usr/bin/make -f
D = debian/programs/usr
%:
\tdh $@
override_dh_auto_build:
\tgcc -g -shared -fPIC -o libshared.so.1 a.c
\tfor name in one two; do gcc -g -DNAME=$$name -o $$name main.c a.c; done
\tgcc -o bare main.c a.c
override_dh_auto_install:
\tinstall -D -m644 libshared.so.1 $(D)/lib/programs/libshared.so.1
\tinstall -D -t $(D)/bin one two bare
\tcp $(D)/bin/one $(D)/bin/one-again
override_dh_makeshlibs override_dh_auto_clean override_dh_auto_test:
`,
    };
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(tree, name), text, { mode: name === 'debian/rules' ? 0o755 : 0o644 });
    }
    await run('dpkg-buildpackage', ONLY_DEBS, { cwd: tree });
    const name = (await readdir(directory)).find((each) => each.startsWith('programs-dbgsym_'));
    symbols = join(directory, name ?? '');
  });

  test('has no error; programs that were compiled without -g are reported', async () => {
    expect(await findingsIn(symbols)).toEqual(['warning no-debug-data']);
    const main = symbols.replace('-dbgsym_', '_');
    expect(await findingsIn(symbols, main)).toEqual(['warning no-debug-data']);
  });
});
