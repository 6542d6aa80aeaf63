import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { exampleDirectory } from '../../support/example.ts';
import { RpmRoot } from '../../support/rpm-root.ts';
import { dkmsDebLines, makeSandbox } from '../../support/sandbox.ts';

/** The packages: 1.0-1, 1.0-2, 1.1-1, one that replaces `hello`, and `hello`, which always removes its version. */
const packages: Record<'first' | 'second' | 'newer' | 'replacing' | 'old', string> = {
  ...{ first: '', second: '', newer: '', replacing: '', old: '' },
};

/** As DKMS 2.8 made them: the version is removed at every %preun, also when it is replaced. */
const OLD = `Name: hello
Version: 1.0
Release: 1
Summary: x
License: MIT
BuildArch: noarch
AutoReqProv: no
%description
x
%install
mkdir -p %{buildroot}/usr/src/hello-1.0
echo >%{buildroot}/usr/src/hello-1.0/dkms.conf
%post
dkms add -m hello -v 1.0
dkms install -m hello -v 1.0 -k 6.1.0
%preun
dkms remove -m hello -v 1.0 --all
%files
/usr/src/hello-1.0
`;

let parent = '';
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'rpm-sequences-'));
  const sandbox = await makeSandbox(parent);
  const tree = await exampleDirectory('hello', parent);
  const spec = join(tree, 'rpm/hello-dkms.spec');
  const edit = async (file: string, from: string | RegExp, to: string) =>
    writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
  const build = async (name: keyof typeof packages) => {
    const [file = ''] = await dkmsDebLines(sandbox, ['rpm', '-q', '-o', sandbox.out, tree]);
    packages[name] = join(parent, `${name}.rpm`);
    await rename(file, packages[name]);
  };
  await dkmsDebLines(sandbox, ['init', '-q', '--rpm', tree]);
  await build('first');
  const text = await readFile(spec, 'utf8');
  await edit(spec, /^Release: .*/m, 'Release: 2%{?dist}');
  await build('second');
  await edit(spec, /^Release: .*/m, 'Release: 3%{?dist}\nObsoletes: hello <= 1.0-3');
  await build('replacing');
  await writeFile(spec, text);
  await edit(join(tree, 'dkms.conf'), '1.0', '1.1');
  await dkmsDebLines(sandbox, ['init', '-q', tree]);
  await build('newer');
  await writeFile(join(parent, 'old.spec'), OLD);
  const top = join(parent, 'top');
  await run('rpmbuild', ['-bb', '--define', `_topdir ${top}`, join(parent, 'old.spec')], {
    env: { HOME: parent },
  });
  packages.old = join(top, 'RPMS/noarch/hello-1.0-1.noarch.rpm');
});
afterAll(() => rm(parent, { recursive: true, force: true }));

let root = new RpmRoot('');
beforeEach(async () => {
  root = new RpmRoot(join(parent, 'root'));
  await mkdir(root.directory);
  await root.make();
});
afterEach(() => root.remove());

const both = (version: string) => ({ '6.1.0': version, '6.2.0': version });

/** Installs with rpm; expects its success and that `rpm -V` finds all files as they were packed. */
async function install(...args: string[]) {
  const result = await root.rpm('--nodeps', '--nosignature', ...args);
  expect(result.exitStatus, result.output).toBe(0);
  const verified = await root.rpm('-Va', '--nodeps');
  expect(verified.output).toBe('');
  return result;
}

describe('after each step there is a module of the installed version for every kernel with headers', () => {
  test('install, reinstall, upgrade of the release and of the version, downgrade, erase', async () => {
    await install('-i', packages.first);
    expect(await root.modules()).toEqual(both('1.0'));
    expect(await root.added()).toEqual(['hello-0.5', 'hello-1.0']);
    expect(await readFile(join(root.directory, 'usr/share/hello-dkms/dkms-version'), 'utf8')).toBe(
      '1.0\n',
    );

    await install('-i', '--replacepkgs', packages.first);
    expect(await root.modules()).toEqual(both('1.0'));

    await install('-U', packages.second);
    expect(await root.modules()).toEqual(both('1.0'));

    await install('-U', packages.newer);
    expect(await root.modules()).toEqual(both('1.1'));
    expect(await root.added()).toEqual(['hello-0.5', 'hello-1.1']);
    expect((await root.packaged()).filter((name) => name.includes('1.0'))).toEqual([]);

    await install('-U', '--oldpackage', packages.second);
    expect(await root.modules()).toEqual(both('1.0'));
    expect(await root.added()).toEqual(['hello-0.5', 'hello-1.0']);

    await install('-e', 'hello-dkms');
    expect(await root.modules()).toEqual({});
    expect(await root.added()).toEqual(['hello-0.5']);
    expect(await root.packaged()).toEqual([]);
  });

  test('a package whose scripts always remove its version is replaced', async () => {
    await install('-i', packages.old);
    expect(await root.modules()).toEqual({ '6.1.0': '1.0' });
    await install('-U', packages.replacing);
    expect(await root.modules()).toEqual(both('1.0'));
    expect((await root.rpm('-qa')).stdout).toBe('hello-dkms-1.0-3.noarch\n');
  });

  test('an upgrade in one transaction with a new kernel', async () => {
    await install('-i', packages.first);
    await mkdir(join(root.directory, 'lib/modules/6.3.0/build'));
    await install('-U', packages.newer);
    expect(await root.modules()).toEqual({ ...both('1.1'), '6.3.0': '1.1' });
  });
});

test('a module that does not compile is reported, and the package stays installed', async () => {
  await writeFile(join(root.directory, 'broken'), '');
  const { output } = await install('-i', packages.first);
  expect(output).toContain('hello-dkms: no module for kernel 6.1.0: dkms ended with status 10');
  expect(output).toContain('hello-dkms: no module for kernel 6.2.0: dkms ended with status 10');
  expect(await root.modules()).toEqual({});
  await rm(join(root.directory, 'broken'));
  await install('-U', packages.newer);
  expect(await root.modules()).toEqual(both('1.1'));
  await install('-e', 'hello-dkms');
  expect(await root.added()).toEqual(['hello-0.5']);
});

test('the package can be removed after the user has removed its version from DKMS', async () => {
  await install('-i', packages.first);
  await rm(join(root.directory, 'state/hello-1.0'));
  await install('-e', 'hello-dkms');
  expect(await root.packaged()).toEqual([]);
});
