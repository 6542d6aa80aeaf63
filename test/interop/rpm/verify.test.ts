import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { exampleDirectory } from '../../support/example.ts';
import { callInProcess } from '../../support/verify-command.ts';

let directory = '';
let ours = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'verify-rpm-'));
  const tree = await exampleDirectory('hello', directory);
  const out = join(directory, 'out');
  const { stdout, stderr, status } = await callInProcess('rpm', '-F', '-o', out, tree);
  expect(status, stderr).toBe(0);
  ours = stdout.trim().split('\n')[1] ?? '';
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Made {
  readonly name?: string;
  readonly requires?: string;
  readonly post?: string;
  readonly preun?: string;
  readonly files?: Readonly<Record<string, string>>;
}

const FILES = {
  'usr/src/hello-1.0/dkms.conf':
    'PACKAGE_NAME=hello\nPACKAGE_VERSION=1.0\nBUILT_MODULE_NAME=hello\nDEST_MODULE_LOCATION=/updates\nAUTOINSTALL=yes\n',
  'usr/src/hello-1.0/Makefile': 'obj-m := hello.o\n',
  'usr/src/hello-1.0/hello.c': 'int x;\n',
};
const POST = 'dkms add -m hello -v 1.0 && dkms install -m hello -v 1.0\n';
const PREUN = '[ "$1" -ne 0 ] || dkms remove -m hello -v 1.0 --all\n';

/** Builds a package with rpmbuild alone. */
async function made({
  name = 'hello-dkms',
  requires = 'dkms',
  post = POST,
  preun = PREUN,
  files = FILES,
}: Made): Promise<string> {
  const install = Object.entries(files).map(
    ([path, text]) => `install -D -m 644 /dev/stdin %{buildroot}/${path} <<'END'\n${text}END`,
  );
  const listed = Object.keys(files).map((path) => `/${path}`);
  const script = (section: string, text: string) => (text === '' ? '' : `%${section}\n${text}`);
  const spec = `Name: ${name}
Version: 1.0
Release: 1
Summary: x
License: MIT
BuildArch: noarch
AutoReqProv: no
${requires === '' ? '' : `Requires: ${requires}`}
%description
x
%build
%install
${install.join('\n')}
${script('post', post)}
${script('preun', preun)}
%files
${listed.join('\n')}
`;
  const file = join(directory, 'made.spec');
  await writeFile(file, spec);
  await run('rpmbuild', ['-bb', '--define', `_topdir ${join(directory, 'top')}`, file], {
    env: { HOME: directory },
  });
  return join(directory, 'top/RPMS/noarch', `${name}-1.0-1.noarch.rpm`);
}

/** The errors and warnings of verify, without the one that the package is not signed. */
async function findings(file: string, ...options: string[]): Promise<string> {
  const { stdout } = await callInProcess('verify', ...options, file);
  const found = [...stdout.matchAll(/^ {4}(error|warning): .* \[(\S+)\]$/gm)];
  return found
    .map(([, level, code]) => `${level} ${code}`)
    .filter((one) => one !== 'warning rpm-unsigned')
    .join(', ');
}

test('a package of dkms-deb has no fault', async () => {
  expect(await findings(ours)).toBe('');
  expect(await findings(ours, '--evaluate')).toBe('');
  const { status, stdout } = await callInProcess('verify', ours);
  expect(status).toBe(0);
  expect(stdout).toContain('hello-dkms 1.0-1');
  expect(stdout).toContain('rpm-digests');
});

test.each<[string, Made]>([
  ['', {}],
  ['error no-rpm-post', { post: 'depmod\n' }],
  ['warning no-rpm-preun', { preun: '' }],
  ['error rpm-preun-always', { preun: 'dkms remove -m hello -v 1.0 --all || :\n' }],
  ['warning no-dkms-dependency', { requires: '' }],
  [
    'error incomplete-source',
    { files: { ...FILES, 'usr/src/hello-1.0/Makefile': 'obj-m := a.o\n' } },
  ],
  [
    'error bad-conf',
    { files: { ...FILES, 'usr/src/hello-1.0/dkms.conf': 'PACKAGE_NAME=hello\n' } },
  ],
  [
    'error dkms-directory-name',
    {
      files: {
        ...FILES,
        'usr/src/hello-1.0/dkms.conf': `${FILES['usr/src/hello-1.0/dkms.conf']}PACKAGE_VERSION=1.1\n`,
      },
    },
  ],
  ['error nothing-to-verify', { files: { 'usr/src/x': '' } }],
])('%s', async (expected, changes) => {
  expect(await findings(await made(changes))).toBe(expected);
});

test('a damaged package, and one that ends early, are errors; the others are checked', async () => {
  const bytes = await readFile(ours);
  for (const [name, damaged] of [
    [
      'flipped.rpm',
      Buffer.from(bytes.map((byte, at) => (at === bytes.length - 200 ? byte ^ 1 : byte))),
    ],
    ['short.rpm', bytes.subarray(0, bytes.length / 2)],
    ['head.rpm', bytes.subarray(0, 100)],
  ] as const) {
    const file = join(directory, name);
    await writeFile(file, damaged);
    const { status, stderr, stdout } = await callInProcess('verify', file, ours);
    expect(status, name).toBe(1);
    expect(stderr, name).toContain('rpm cannot read the package');
    expect(stdout, name).toContain('hello-dkms 1.0-1');
  }
});

test('a .deb is recognised by its contents, not by its name', async () => {
  const file = join(directory, 'named.deb');
  await copyFile(ours, file);
  expect(await findings(file)).toBe('');
});
