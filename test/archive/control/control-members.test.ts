import { describe, expect, test } from 'vitest';
import { checkControlMembers } from '../../../src/archive/control/control-members.ts';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { CONTROL_TEXT, controlFiles, EPOCH, errorOf } from '../../support/archive-fixtures.ts';

function tree(): StagedTree {
  const staged = new StagedTree(EPOCH);
  staged.addFile('etc/modprobe.d/x.conf', { bytes: Buffer.from('') });
  staged.addFile('etc/with space', { bytes: Buffer.from('') });
  staged.addSymlink('etc/link', 'x');
  return staged;
}

function check(files: Readonly<Record<string, string>>): void {
  checkControlMembers(controlFiles(files), tree());
}

/** Each case: the file's text, the line that is named, what is said. */
type Case = readonly [text: string, line: number | undefined, says: string];

describe('control', () => {
  const without = (field: string) => CONTROL_TEXT.replace(new RegExp(`^${field}:.*\n`, 'm'), '');
  const with_ = (field: string, value: string) =>
    CONTROL_TEXT.replace(new RegExp(`^${field}:.*$`, 'm'), `${field}: ${value}`);
  const cases: Case[] = [
    ['', undefined, 'the field Package is missing'],
    [without('Package'), undefined, 'the field Package is missing'],
    [without('Version'), undefined, 'the field Version is missing'],
    [without('Architecture'), undefined, 'the field Architecture is missing'],
    [without('Maintainer'), undefined, 'the field Maintainer is missing'],
    [with_('Architecture', ''), 3, 'the field Architecture is missing'],
    [with_('Package', 'Example'), 1, '"Example" is not a package name'],
    [with_('Package', 'a_b'), 1, 'is not a package name'],
    [with_('Package', 'x'), 1, 'is not a package name'],
    [with_('Package', '-dkms'), 1, 'is not a package name'],
    [with_('Version', 'v1.0'), 2, 'does not begin with a digit'],
    [with_('Version', '1.0 beta'), 2, 'a space'],
    [with_('Version', '1_0'), 2, 'contains "_"'],
    [with_('Version', '1.0-'), 2, 'the revision'],
    [with_('Version', 'x:1'), 2, 'the epoch'],
    [with_('Version', '4294967296:1'), 2, 'the epoch'],
    [with_('Architecture', 'all amd64'), 3, 'is not an architecture'],
    [`${CONTROL_TEXT}Multi-Arch: same\n`, 9, 'Multi-Arch'],
    [`${CONTROL_TEXT}Status: install ok installed\n`, 9, 'Status'],
    [`${CONTROL_TEXT}version: 2\n`, 9, 'the field version occurs twice'],
    [`${CONTROL_TEXT}\nPackage: other\n`, 10, 'only one paragraph'],
    [`${CONTROL_TEXT} \n more\n`, 9, 'blank line inside a field'],
    [`${CONTROL_TEXT}no colon\n`, 9, 'not "Field: value"'],
    [`${CONTROL_TEXT}-X: y\n`, 9, 'not "Field: value"'],
    [` x\n${CONTROL_TEXT}`, 1, 'continuation'],
    [CONTROL_TEXT.trimEnd(), 8, 'no newline'],
    [`${CONTROL_TEXT}X: a\0b\n`, 9, 'control character'],
  ];
  test.each(cases)('%j is refused', async (text, line, says) => {
    const error = await errorOf(() => check({ control: text }));
    expect(error.code).toBe('control-file');
    expect(error.message).toContain(says);
    expect(error.where?.line).toBe(line);
  });

  test('a field of 10 MB, blank lines around, an epoch and a tilde are accepted', () => {
    const long = `${'word '.repeat(2_000_000)}\n`;
    check({ control: `\n${with_('Version', '1:1.0~rc1+git-2~x')}X-Long: ${long}\n\n` });
  });
});

describe('conffiles', () => {
  const cases: Case[] = [
    ['/etc/modprobe.d/x.conf', 1, 'no newline'],
    ['/etc/modprobe.d/x.conf\n\n', 2, 'empty lines'],
    [' /etc/modprobe.d/x.conf\n', 1, 'begin or end with white space'],
    ['etc/modprobe.d/x.conf\n', 1, 'not an absolute path'],
    ['obsolete /etc/modprobe.d/x.conf\n', 1, 'begins with neither / nor remove-on-upgrade'],
    ['/etc/none\n', 1, 'is not in the package'],
    ['/etc/modprobe.d/x.conf \n', 1, 'begin or end with white space'],
    ['/etc/modprobe.d\n', 1, 'is a directory'],
    ['/etc/link\n', 1, 'is a symlink'],
    ['/etc/with space\n/etc/with space\n', 2, 'twice'],
    ['remove-on-upgrade /etc/with space\n', 1, 'but is packed'],
    [`/${'x'.repeat(1000)}\n`, 1, 'too long'],
  ];
  test.each(cases)('%j is refused', async (text, line, says) => {
    const error = await errorOf(() => check({ conffiles: text }));
    expect(error).toMatchObject({ code: 'conffiles', where: { file: 'conffiles', line } });
    expect(error.message).toContain(says);
  });

  test('names with spaces, flags and an empty file are allowed', () => {
    check({
      conffiles: '/etc/with space\n/etc/modprobe.d/x.conf\nremove-on-upgrade /etc/old one\n',
    });
    check({ conffiles: '' });
  });
});

describe('md5sums', () => {
  const digest = 'd41d8cd98f00b204e9800998ecf8427e';
  const cases: Case[] = [
    [`${digest}  etc/with space`, 1, 'no newline'],
    [`${digest}  ./etc/with space\n`, 1, 'not in the package'],
    [`${digest}  /etc/with space\n`, 1, 'not in the package'],
    [`${digest} etc/with space\n`, 1, 'is not'],
    [`${digest}  etc/link\n`, 1, 'is a symlink'],
    ['\n', 1, 'is not'],
  ];
  test.each(cases)('%j is refused', async (text, line, says) => {
    const error = await errorOf(() => check({ md5sums: text }));
    expect(error).toMatchObject({ code: 'md5sums', where: { line } });
    expect(error.message).toContain(says);
  });
});

describe('triggers', () => {
  const cases: Case[] = [
    ['activate update-initramfs', 1, 'no newline'],
    ['# ok\nactivates x\n', 2, 'unknown directive'],
    ['interest\n', 1, 'needs one trigger name'],
    ['interest a b\n', 1, 'needs one trigger name'],
    ['interest é\n', 1, 'needs one trigger name'],
    [`interest ${'x'.repeat(300)}\n`, 1, 'too long'],
  ];
  test.each(cases)('%j is refused', async (text, line, says) => {
    const error = await errorOf(() => check({ triggers: text }));
    expect(error).toMatchObject({ code: 'triggers', where: { line } });
    expect(error.message).toContain(says);
  });

  test('comments, blank lines and every directive are allowed', () => {
    const directives = ['interest', 'activate'].flatMap((verb) =>
      ['', '-await', '-noawait'].map((suffix) => `${verb}${suffix} /lib/modules\n`),
    );
    check({ triggers: `# comment\n\n${directives.join('')}` });
  });
});

describe('members', () => {
  const member = (name: string, mode = 0o644) => ({ name, bytes: Buffer.from(''), mode });
  const codeOf = async (...more: ReturnType<typeof member>[]) =>
    (await errorOf(() => checkControlMembers([...controlFiles(), ...more], tree()))).code;

  test.each([0o644, 0o700, 0o777, 0o4755, 0o757, 0o100755])('a script of mode %i', async (mode) => {
    expect(await codeOf(member('postinst', mode))).toBe('control-mode');
  });

  test.each(['./control', 'a/b', '', '.', '..', 'list', 'x\n', 'é'])(
    'the name %j',
    async (name) => {
      expect(await codeOf(member(name))).toBe('control-name');
    },
  );

  test('setuid, a second control, no control at all', async () => {
    expect(await codeOf(member('templates', 0o4644))).toBe('control-mode');
    expect(await codeOf(member('control'))).toBe('duplicate-entry');
    const error = await errorOf(() => checkControlMembers([], tree()));
    expect(error).toMatchObject({ code: 'control-missing', hint: expect.any(String) });
  });
});
