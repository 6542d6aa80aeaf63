import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeDeb } from '../../../src/archive/deb-writer.ts';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { run } from '../../../src/system/process/run.ts';
import {
  CONTROL_TEXT,
  EPOCH,
  errorOf,
  temporaryDirectory,
} from '../../support/archive-fixtures.ts';
import { dpkgInstall, makeDpkgRoot } from '../../support/dpkg.ts';

/** What Debian's tools refuse, now or when the package is installed, we refuse when we write. */

const temporary = temporaryDirectory();
let count = 0;

interface Case {
  /** Control files by name; `control` is a good one where it is not given. */
  readonly control?: Readonly<Record<string, string>>;
  readonly mode?: number;
  readonly files?: readonly string[];
  /** The code of our error; undefined where both must accept. */
  readonly code?: string;
}

function build({ control = {}, mode, files = ['etc/x'] }: Case): string {
  const root = join(temporary, String(count++));
  mkdirSync(join(root, 'DEBIAN'), { recursive: true });
  for (const [name, text] of Object.entries({ control: CONTROL_TEXT, ...control })) {
    writeFileSync(join(root, 'DEBIAN', name), text);
    if (mode !== undefined && name !== 'control') chmodSync(join(root, 'DEBIAN', name), mode);
  }
  mkdirSync(join(root, 'etc'));
  for (const file of files) writeFileSync(join(root, file), '');
  return root;
}

async function ours(root: string): Promise<void> {
  const tree = await StagedTree.fromDirectory(root);
  const control = readdirSync(join(root, 'DEBIAN')).map((name) => {
    const path = join(root, 'DEBIAN', name);
    return { name, bytes: readFileSync(path), mode: lstatSync(path).mode & 0o7777 };
  });
  const compression = { type: 'none' } as const;
  await writeDeb(`${root}.ours.deb`, { control, tree, timestamp: EPOCH, compression });
}

async function dpkgDeb(root: string): Promise<boolean> {
  const args = ['--root-owner-group', '-Znone', '-b', root, `${root}.theirs.deb`];
  return (await run('dpkg-deb', args, { accept: [0, 2] })).exitStatus === 0;
}

const control = (from: string, to: string) => ({ control: CONTROL_TEXT.replace(from, to) });

describe('dpkg-deb and dkms-deb refuse', () => {
  const cases: [string, Case][] = [
    ['an underscore', { control: control('example-dkms', 'a_b'), code: 'control-file' }],
    ['no Package', { control: control('Package:', 'X-Package:'), code: 'control-file' }],
    ['no Version', { control: control('Version:', 'X-Version:'), code: 'control-file' }],
    ['no Architecture', { control: control('Architecture:', 'X-A:'), code: 'control-file' }],
    ['a bad version', { control: control('1.0-1', 'v1'), code: 'control-file' }],
    ['an empty revision', { control: control('1.0-1', '1.0-'), code: 'control-file' }],
    ['an epoch of letters', { control: control('1.0-1', 'a:1.0'), code: 'control-file' }],
    ['no final newline', { control: { control: CONTROL_TEXT.trimEnd() }, code: 'control-file' }],
    ['two paragraphs', { control: { control: `${CONTROL_TEXT}\nX: y\n` }, code: 'control-file' }],
    [
      'a field twice',
      { control: { control: `${CONTROL_TEXT}Version: 2\n` }, code: 'control-file' },
    ],
    ['a blank line', { control: control(' .\n', ' \n'), code: 'control-file' }],
    ['no colon', { control: { control: `${CONTROL_TEXT}what\n` }, code: 'control-file' }],
    [
      'Multi-Arch: same, all',
      { control: { control: `${CONTROL_TEXT}Multi-Arch: same\n` }, code: 'control-file' },
    ],
    [
      'a script of mode 0644',
      { control: { postinst: '#!/bin/sh\n' }, mode: 0o644, code: 'control-mode' },
    ],
    [
      'a script of mode 0777',
      { control: { preinst: '#!/bin/sh\n' }, mode: 0o777, code: 'control-mode' },
    ],
    ['a setuid script', { control: { prerm: '#!/bin/sh\n' }, mode: 0o4755, code: 'control-mode' }],
    ['conffiles without newline', { control: { conffiles: '/etc/x' }, code: 'conffiles' }],
    ['a blank line in conffiles', { control: { conffiles: '/etc/x\n\n' }, code: 'conffiles' }],
    ['a space before a conffile', { control: { conffiles: ' /etc/x\n' }, code: 'conffiles' }],
    ['a relative conffile', { control: { conffiles: 'etc/x\n' }, code: 'conffiles' }],
    ['a conffile that is not there', { control: { conffiles: '/etc/y\n' }, code: 'conffiles' }],
    ['an unknown flag', { control: { conffiles: 'obsolete /etc/x\n' }, code: 'conffiles' }],
    [
      'a removed conffile that is there',
      { control: { conffiles: 'remove-on-upgrade /etc/x\n' }, code: 'conffiles' },
    ],
    ['a newline in a name', { files: ['etc/a\nb'], code: 'path-not-allowed' }],
  ];
  test.each(cases)('%s', async (_, refused) => {
    const root = build(refused);
    expect(await dpkgDeb(root)).toBe(false);
    expect(await errorOf(() => ours(root))).toMatchObject({
      code: refused.code,
      hint: expect.any(String),
    });
  });
});

describe('dpkg-deb and dkms-deb accept', () => {
  const cases: [string, Case][] = [
    ['a script of mode 0555', { control: { postinst: '#!/bin/sh\n' }, mode: 0o555 }],
    ['a script of mode 0775', { control: { postinst: '#!/bin/sh\n' }, mode: 0o775 }],
    ['blank lines around', { control: { control: `\n\n${CONTROL_TEXT}\n\n` } }],
    ['a space before the colon', { control: control('Version:', 'Version :') }],
    ['a removed conffile', { control: { conffiles: 'remove-on-upgrade /etc/old\n' } }],
    ['an empty conffiles', { control: { conffiles: '' } }],
    ['an epoch, a tilde, a plus', { control: control('1.0-1', '2:1.0~rc1+x-0ubuntu1~22.04') }],
    ['spaces and quotes in a name', { files: [`etc/a 'b" c`] }],
  ];
  test.each(cases)('%s', async (_, accepted) => {
    const root = build(accepted);
    expect(await dpkgDeb(root)).toBe(true);
    await ours(root);
  });
});

describe('dpkg-deb accepts, but dkms-deb refuses, because the package does not work', () => {
  test.each([
    ['an unknown trigger directive', 'trigger x\n'],
    ['triggers without newline', 'activate x'],
    ['a trigger without a name', 'interest\n'],
  ])('%s', async (_, triggers) => {
    const root = build({ control: { triggers } });
    expect(await dpkgDeb(root)).toBe(true);
    makeDpkgRoot(`${root}.root`);
    await errorOf(() => dpkgInstall(`${root}.root`, `${root}.theirs.deb`));
    expect((await errorOf(() => ours(root))).code).toBe('triggers');
  });

  test('a control file named list, which dpkg drops, because it has its own file list', async () => {
    const root = build({ control: { list: 'x\n' } });
    expect(await dpkgDeb(root)).toBe(true);
    makeDpkgRoot(`${root}.root`);
    const said = await dpkgInstall(`${root}.root`, `${root}.theirs.deb`);
    expect(said).toContain('contained list as info file');
    expect((await errorOf(() => ours(root))).code).toBe('control-name');
  });

  test('an upper-case name: dpkg-deb makes it lower case, others do not (Policy 5.6.7)', async () => {
    const root = build({ control: control('example-dkms', 'Example-dkms') });
    expect(await dpkgDeb(root)).toBe(true);
    expect((await errorOf(() => ours(root))).code).toBe('control-file');
  });

  test('a symlink as conffile, a conffile twice: dpkg-deb only warns', async () => {
    const root = build({ control: { conffiles: '/etc/x\n/etc/x\n' } });
    expect(await dpkgDeb(root)).toBe(true);
    expect((await errorOf(() => ours(root))).code).toBe('conffiles');
    const linked = build({ control: { conffiles: '/etc/link\n' } });
    symlinkSync('x', join(linked, 'etc/link'));
    expect(await dpkgDeb(linked)).toBe(true);
    expect((await errorOf(() => ours(linked))).code).toBe('conffiles');
  });
});
