import { chmod, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { referenceKernel } from '../../src/kernel/reference-kernel.ts';
import { fixTree, writeFixes } from '../../src/lint/fix-tree.ts';
import { evaluateForLint } from '../../src/lint/tree/evaluate-conf.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { confWith, writeTree } from '../support/lint-a-tree.ts';

/** What bash and DKMS make of a text, as `NAME[0]=value` lines. */
async function valuesOf(file: string, text: string): Promise<string[]> {
  const { evaluated } = await evaluateForLint(file, text, [], referenceKernel());
  return [...evaluated.values].flatMap(([name, values]) =>
    [...values].map(([index, value]) => `${name}[${index}]=${value}`),
  );
}

/** Text behind a good dkms.conf; the directives whose value --fix may change. */
const CORRECTIONS: readonly [name: string, text: string, intended: readonly string[]][] = [
  ['uname -r', 'MAKE="make K=$(uname -r) L=`uname -r`x"', ['MAKE']],
  ['SUBDIRS', 'MAKE="make -C $kernel_source_dir SUBDIRS=/x modules"', ['MAKE']],
  ['a dead directive', 'REMAKE_INITRD="yes"', ['REMAKE_INITRD']],
  [
    'dead ones on one line',
    'STRIP=no; REMAKE_INITRD=yes; MODULES_CONF=x',
    ['REMAKE_INITRD', 'MODULES_CONF'],
  ],
  ['a dead one in an if', 'if true; then REMAKE_INITRD=yes; fi', ['REMAKE_INITRD']],
  ['the only one in a branch', 'if true; then\n  REMAKE_INITRD=yes\nfi', ['REMAKE_INITRD']],
  ['one behind &&', 'true && REMAKE_INITRD=yes\nSTRIP=no', ['REMAKE_INITRD']],
  ['one behind && and a line break', 'true &&\nREMAKE_INITRD=yes\nSTRIP=no', ['REMAKE_INITRD']],
  ['before another one', 'REMAKE_INITRD=yes STRIP=no', ['REMAKE_INITRD']],
  ['behind another one', 'STRIP=no REMAKE_INITRD=yes', ['REMAKE_INITRD']],
  ['before a command', 'REMAKE_INITRD=yes true\nMODULES_CONF=x', ['MODULES_CONF']],
  ['one of two lines', 'MODULES_CONF[0]="a\nb"', ['MODULES_CONF']],
  ['AUTOINSTALL=Y', 'AUTOINSTALL=Y # yes', ['AUTOINSTALL']],
  ['AUTOINSTALL=false', 'AUTOINSTALL="false"', ['AUTOINSTALL']],
  ['AUTOINSTALL=no', "AUTOINSTALL='no'", ['AUTOINSTALL']],
  ['a commented version', '# PACKAGE_VERSION="2.0"', []],
  ["DKMS's directory", 'B="/var/lib/dkms/foo/1.0/build"\nMAKE="make M=$B"', []],
  ["DKMS's directory in single quotes", "MAKE='make M=/var/lib/dkms/foo/1.0/build'", []],
];

describe('--fix changes only what it corrects', () => {
  test.concurrent.each(CORRECTIONS)('%s', async (_name, text, intended) => {
    await withTemporaryDirectory('test', async (directory) => {
      const file = join(directory, 'dkms.conf');
      const before = `# caf\xe9\n${confWith(text)}  # the end`;
      await writeTree(directory, { 'dkms.conf': before });
      const { fixed, result } = await fixTree(directory, { evaluate: true });
      expect(fixed).toHaveLength(1);
      expect(result.findings.filter(({ fixable }) => fixable)).toEqual([]);
      const after = fixed[0]?.after ?? '';
      const [old, now] = [await valuesOf(file, before), await valuesOf(file, after)];
      const changed = [
        ...old.filter((v) => !now.includes(v)),
        ...now.filter((v) => !old.includes(v)),
      ];
      expect(new Set(changed.map((value) => value.replace(/\[.*/s, '')))).toEqual(
        new Set(intended),
      );
      // Lines without a finding are the same bytes in the same order.
      const kept = before.split('\n').filter((line) => !text.split('\n').includes(line));
      expect(after.split('\n').filter((line) => kept.includes(line))).toEqual(kept);
      // Only what is written changes the file, and its mode stays.
      expect(await readFile(file, 'latin1')).toBe(before);
      await chmod(file, 0o640);
      await writeFixes(fixed);
      expect(await readFile(file, 'latin1')).toBe(after);
      expect((await stat(file)).mode & 0o777).toBe(0o640);
    });
  });
});

test('--fix does not write through a link', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const text = confWith('REMAKE_INITRD=no');
    await writeTree(directory, { 'tree/Makefile': '', 'tree/elsewhere.conf': text });
    await symlink('elsewhere.conf', join(directory, 'tree/dkms.conf'));
    const { fixed } = await fixTree(join(directory, 'tree/dkms.conf'), { evaluate: true });
    await expect(writeFixes(fixed)).rejects.toMatchObject({ code: 'link-to-fix', exitStatus: 1 });
    expect(await readFile(join(directory, 'tree/elsewhere.conf'), 'latin1')).toBe(text);
  });
});
