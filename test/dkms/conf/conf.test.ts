import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { placeOf, readConf } from '../../../src/dkms/conf/conf.ts';
import { evaluateConf } from '../../../src/dkms/conf/evaluate.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { confOf, KERNEL, ONE, TWO } from '../../support/conf-text.ts';

describe('defaults', () => {
  test('of a dkms.conf of three lines', async () => {
    const conf = await confOf(
      'PACKAGE_NAME=hello\nPACKAGE_VERSION=1.0\nDEST_MODULE_LOCATION=/extra',
    );
    expect(conf).toMatchObject({
      name: 'hello',
      version: '1.0',
      make: undefined,
      patches: [],
      preBuild: undefined,
      postBuild: undefined,
      buildDepends: [],
      excluded: undefined,
      warnings: [],
    });
    expect(conf.modules).toEqual([
      {
        index: 0,
        builtName: 'hello',
        builtLocation: '',
        installedName: 'hello',
        strip: true,
        excluded: undefined,
      },
    ]);
    expect([...conf.directives].sort()).toEqual([
      'DEST_MODULE_LOCATION',
      'PACKAGE_NAME',
      'PACKAGE_VERSION',
    ]);
  });

  test('a dkms.conf without modules gives a warning', async () => {
    const conf = await confOf('PACKAGE_NAME=t\nPACKAGE_VERSION=1');
    expect(conf.modules).toEqual([]);
    expect(conf.excluded).toBeUndefined();
    expect(conf.warnings).toEqual(['dkms.conf: Warning! Zero modules specified.']);
  });

  test('output on stderr becomes a warning, once', async () => {
    const conf = await confOf(`${ONE}for i in 1 2; do echo careful >&2; done`);
    expect(conf.warnings).toEqual(['careful']);
  });
});

describe('MAKE', () => {
  test.each([
    ['none', '', undefined],
    ['a scalar', 'MAKE=a', 'a'],
    ['empty', 'MAKE=""', undefined],
    ['the last match wins', 'MAKE=a MAKE[1]=b MAKE_MATCH[1]=^6 MAKE[2]=c MAKE_MATCH[2]=amd', 'c'],
    [
      'a later one that does not match',
      'MAKE=a MAKE[1]=b MAKE_MATCH[1]=^6 MAKE[2]=c MAKE_MATCH[2]=^5',
      'b',
    ],
    ['MAKE[1] without a match', 'MAKE=a MAKE[1]=b', 'a'],
    ['MAKE[0] whose match fails', 'MAKE=a MAKE_MATCH=^5', undefined],
    ['a match without a MAKE', 'MAKE=a MAKE_MATCH[1]=^6', 'a'],
    ['past a gap', 'MAKE=a MAKE[2]=b MAKE_MATCH[2]=^6', 'a'],
    ['only MAKE[1]: the count is 1', 'MAKE[1]=b MAKE_MATCH[1]=^6', undefined],
    ['no expression', "MAKE=a MAKE[1]=b MAKE_MATCH[1]='(['", 'a'],
  ])('%s', async (_name, text, make) => {
    expect((await confOf(ONE + text)).make).toBe(make);
  });
});

describe('PATCH', () => {
  test.each([
    ['in order', 'PATCH=(b a c)', ['b', 'a', 'c']],
    ['matching', 'PATCH=(a b c) PATCH_MATCH[0]=^5 PATCH_MATCH[1]=^6.1', ['b', 'c']],
    ['past a gap', 'PATCH=a PATCH[3]=b', ['a']],
    ['empty', 'PATCH=(a "" c)', ['a', 'c']],
    ['no expression', "PATCH=(a b) PATCH_MATCH='*('", ['b']],
  ])('%s', async (_name, text, patches) => {
    expect((await confOf(ONE + text)).patches).toEqual(patches);
  });
});

test.each(['yes', 'YES', 'no', ''])('AUTOINSTALL="%s" is accepted', async (value) => {
  expect((await confOf(`${ONE}AUTOINSTALL="${value}"`)).warnings).toEqual([]);
});

test('hooks, BUILD_DEPENDS, DKMS_DIRECTIVE', async () => {
  const conf = await confOf(
    `${ONE}PRE_BUILD="configure  --a"\nPOST_BUILD=p\nBUILD_DEPENDS=(a "" b)\nDKMS_DIRECTIVE_X=MAKE=mine`,
  );
  expect(conf).toMatchObject({
    preBuild: 'configure --a',
    postBuild: 'p',
    buildDepends: ['a', 'b'],
    make: 'mine',
  });
});

describe('complaints of DKMS', () => {
  const no = (name: string) => `dkms.conf: Error! No '${name}' directive specified`;
  test.each([
    ['nothing', '', [`${no('PACKAGE_NAME')}.`, `${no('PACKAGE_VERSION')}.`]],
    ['no name', ONE.replace('PACKAGE_NAME', 'X'), [`${no('PACKAGE_NAME')}.`]],
    ['no version', ONE.replace('PACKAGE_VERSION', 'X'), [`${no('PACKAGE_VERSION')}.`]],
    [
      'a module without a name',
      `${ONE}DEST_MODULE_LOCATION[1]=/extra`,
      [`${no('BUILT_MODULE_NAME')} for record #1.`],
    ],
    [
      'a module without a place',
      `${ONE}BUILT_MODULE_NAME[1]=n`,
      [`${no('DEST_MODULE_LOCATION')} for record #1.`],
    ],
    [
      'a gap',
      `${ONE}BUILT_MODULE_NAME[2]=n\nDEST_MODULE_LOCATION[2]=/extra`,
      [`${no('BUILT_MODULE_NAME')} for record #1.`, `${no('DEST_MODULE_LOCATION')} for record #1.`],
    ],
    [
      '.ko',
      `${ONE}BUILT_MODULE_NAME=m.ko`,
      ['BUILT', 'DEST'].map(
        (n) => `dkms.conf: Error! '${n}_MODULE_NAME' directive ends in '.o' or '.ko' in record #0.`,
      ),
    ],
    [
      'elsewhere',
      `${ONE}DEST_MODULE_LOCATION=/opt`,
      [
        "dkms.conf: Error! Directive 'DEST_MODULE_LOCATION' does not begin with '/kernel', '/updates', or '/extra' in record #0.",
      ],
    ],
    [
      'built twice',
      `${TWO}BUILT_MODULE_NAME[1]=m\nDEST_MODULE_NAME[1]=o`,
      ["dkms.conf: Error! Duplicate module 'm' in 'BUILT_MODULE_NAME[1]'."],
    ],
    [
      'installed twice',
      `${TWO}DEST_MODULE_NAME[1]=m`,
      ["dkms.conf: Error! Duplicate module 'm' in 'DEST_MODULE_NAME[1]'."],
    ],
  ])('%s', async (_name, text, output) => {
    await expect(confOf(text)).rejects.toMatchObject({ code: 'bad-conf', exitStatus: 8, output });
  });

  test.each([
    ['BUILT_MODULE_NAME=../m', '\'BUILT_MODULE_NAME\' "../m" is not a module name in record #0.'],
    ['DEST_MODULE_NAME="a b"', '\'DEST_MODULE_NAME\' "a b" is not a module name in record #0.'],
    [
      'BUILT_MODULE_LOCATION=../x',
      '\'BUILT_MODULE_LOCATION\' "../x/" cannot be a directory of the tree in record #0.',
    ],
    [
      'BUILT_MODULE_LOCATION=/x',
      '\'BUILT_MODULE_LOCATION\' "/x/" cannot be a directory of the tree in record #0.',
    ],
  ])('and ours: %s', async (text, complaint) => {
    await expect(confOf(ONE + text)).rejects.toMatchObject({
      exitStatus: 8,
      output: expect.arrayContaining([`dkms.conf: Error! ${complaint}`]),
    });
  });
});

test.each(['AUTOINSTALL=maybe', 'NO_WEAK_MODULES=1', 'BUILD_DEPENDS_REBUILD=on', 'AUTOINSTALL=Y'])(
  '%s is accepted with a warning: DKMS before 3.1.7 treats it as yes, newer versions refuse it',
  async (text) => {
    const [directive = '', value = ''] = text.split('=');
    const conf = await confOf(ONE + text);
    expect(conf.warnings).toEqual([
      `dkms.conf: Error! Unsupported ${directive} value '${value}': DKMS before 3.1.7 treats it as yes, newer versions refuse the file`,
    ]);
  },
);

describe('errors about names have a place', () => {
  test.each([
    ["PACKAGE_NAME='a b'\nPACKAGE_VERSION=1", 'bad-package-name', 1],
    ['PACKAGE_NAME=../x\nPACKAGE_VERSION=1', 'bad-package-name', 1],
    ['PACKAGE_NAME=a/b\nPACKAGE_VERSION=1', 'bad-package-name', 1],
    ['X=1\nPACKAGE_NAME=..b\nPACKAGE_VERSION=1', 'bad-package-name', 2],
    ["PACKAGE_NAME=a\nPACKAGE_VERSION='1;2'", 'bad-package-version', 2],
    ['PACKAGE_NAME=a\nPACKAGE_VERSION=1:2.0', 'bad-package-version', 2],
    ['PACKAGE_NAME=a\n  PACKAGE_VERSION[0]=-1', 'bad-package-version', 2],
    ['PACKAGE_NAME=a\nPACKAGE_VERSION=#MODULE_VERSION#x', 'bad-package-version', 2],
  ])('%j', async (text, code, line) => {
    await withTemporaryDirectory('test', async (directory) => {
      const file = join(directory, 'dkms.conf');
      await writeFile(file, text);
      const reading = evaluateConf(file, { kernel: KERNEL }).then((e) =>
        readConf(e, { ...KERNEL, config: undefined }),
      );
      await expect(reading).rejects.toMatchObject({ code, exitStatus: 8, where: { file, line } });
    });
  });

  test('a newline in a name becomes a space, as in DKMS, and is refused', async () => {
    await expect(confOf("PACKAGE_NAME='a\nb'\nPACKAGE_VERSION=1")).rejects.toThrow('contains " "');
  });

  test('placeOf for a missing file has no line', () => {
    expect(placeOf('/nonexistent/x', 'MAKE')).toEqual({ file: '/nonexistent/x' });
  });
});
