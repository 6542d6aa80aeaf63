import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { lintTree } from '../../../src/lint/lint-tree.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { confWith, writeTree } from '../../support/lint-a-tree.ts';
import { dkmsVersion, type RealConf, realReadConf } from '../../support/real-read-conf.ts';

/** What lint says that DKMS does, the installed DKMS does; DKMS_SCRIPT=… asks another version. */
const KERNEL = { release: '6.12.3-amd64', machine: 'x86_64' };

interface Claim {
  readonly code: string;
  /** Behind a dkms.conf that is right. */
  readonly text: string;
  /** Beside it. */
  readonly files?: Readonly<Record<string, string>>;
  /** 3.0: older than the thing itself. */
  readonly since?: 'newer';
  readonly dkms: (real: RealConf, kind: '3.0' | 'newer') => unknown;
  readonly does: unknown;
}

const CLAIMS: readonly Claim[] = [
  {
    code: 'quotes-lost',
    text: 'MAKE="make A=\\"1.2\\" B=\'x\'"',
    dkms: (real) => real.values.get('make_command'),
    does: "make A=1.2 B='x'",
  },
  {
    code: 'value-lost',
    text: 'MAKE="make A=\\"1 2\\""',
    dkms: (real) => real.values.get('make_command')?.startsWith('make -C /lib/modules/'),
    does: true,
  },
  {
    code: 'newline-lost',
    text: 'MAKE="./configure\nmake all"',
    dkms: (real) => real.values.get('make_command'),
    does: './configure make all',
  },
  {
    code: 'expanded-twice',
    text: "MAKE='make; echo $(echo early) $1'",
    dkms: (real) => real.values.get('make_command')?.trim(),
    // $1 is the first argument of the function that sources: nothing to do with the command.
    does: expect.stringMatching(/^make; echo early(?! \$1)/),
  },
  {
    code: 'blanks-collapsed',
    text: 'MAKE="make A=\'1  2\'"',
    dkms: (real) => real.values.get('make_command'),
    does: "make A='1 2'",
  },
  {
    code: 'glob-expanded-early',
    text: 'MAKE="make; cp conf* x"',
    files: { 'conf-here': '' },
    dkms: (real) => real.values.get('make_command'),
    does: 'make; cp conf-here x',
  },
  {
    code: 'make-without-match',
    text: 'MAKE[0]="make one"\nMAKE[1]="make two"',
    dkms: (real) => real.values.get('make_command'),
    does: 'make one',
  },
  {
    code: 'entry-after-gap',
    text: 'PATCH[0]="a"\nPATCH[2]="b"',
    files: { 'patches/a': '', 'patches/b': '' },
    dkms: (real) => [real.values.get('patch_array[0]'), real.values.get('patch_array[1]')],
    does: ['a', undefined],
  },
  {
    code: 'depends-on-directory',
    text: 'PACKAGE_VERSION="$(cat VERSION)"',
    files: { 'tree/VERSION': '1.0\n' },
    dkms: (real) => [real.status, real.errors],
    does: [expect.any(Number), ["dkms.conf: Error! No 'PACKAGE_VERSION' directive specified."]],
  },
  {
    code: 'module-name-suffix',
    text: 'BUILT_MODULE_NAME[0]="foo.ko"',
    dkms: (real) => real.errors.length,
    does: 2,
  },
  {
    code: 'bad-destination',
    text: 'DEST_MODULE_LOCATION[0]="/drivers"',
    dkms: (real) => real.errors.length,
    does: 1,
  },
  {
    code: 'missing-directive',
    text: 'DEST_MODULE_LOCATION[0]=""',
    dkms: (real) => real.errors.length > 0,
    does: true,
  },
  {
    code: 'duplicate-module',
    text: 'BUILT_MODULE_NAME=(foo foo)\nDEST_MODULE_NAME=(foo bar)\nDEST_MODULE_LOCATION=(/updates /updates)',
    since: 'newer',
    dkms: (real) => real.errors,
    does: [expect.stringContaining('Duplicate module')],
  },
  {
    code: 'unsupported-value',
    text: 'AUTOINSTALL="Y"',
    since: 'newer',
    dkms: (real) => real.errors,
    does: [expect.stringContaining("Unsupported AUTOINSTALL value 'Y'")],
  },
  {
    code: 'autoinstall-no',
    text: 'AUTOINSTALL="no"',
    dkms: (real, kind) => real.values.get('AUTOINSTALL') === (kind === '3.0' ? 'no' : ''),
    does: true,
  },
  {
    code: 'index-ignored',
    text: 'PRE_BUILD[1]="x.sh"',
    dkms: (real) => real.values.get('pre_build'),
    does: '',
  },
  {
    code: 'blank-around-equals',
    text: 'PACKAGE_NAME = "foo"',
    dkms: (real) => real.errors,
    does: expect.arrayContaining(["dkms.conf: Error! No 'PACKAGE_NAME' directive specified."]),
  },
  {
    code: 'bad-expression',
    text: 'BUILD_EXCLUSIVE_KERNEL="^(5|6"',
    dkms: (real) => real.values.get('build_exclude'),
    does: 'yes',
  },
  {
    code: 'max-excludes-series',
    text: 'BUILD_EXCLUSIVE_KERNEL_MAX="6.12"',
    since: 'newer',
    dkms: (real) => real.values.get('build_exclude'),
    does: 'yes',
  },
  {
    code: 'exclusive-first-is-global',
    text: 'BUILD_EXCLUSIVE_KERNEL[0]="^5"\nBUILD_EXCLUSIVE_KERNEL[1]="^6"\nBUILT_MODULE_NAME=(foo bar)\nDEST_MODULE_LOCATION=(/updates /updates)',
    dkms: (real) => real.values.get('build_exclude'),
    does: 'yes',
  },
  {
    code: 'strip-value',
    text: 'STRIP[0]="false"',
    dkms: (real) => real.values.get('strip[0]') === 'no',
    does: false,
  },
  {
    code: 'not-evaluated',
    text: 'exit 0',
    dkms: (real) => real.errors,
    does: expect.arrayContaining(["dkms.conf: Error! No 'PACKAGE_NAME' directive specified."]),
  },
];

let kind: '3.0' | 'newer' = '3.0';
beforeAll(async () => {
  kind = await dkmsVersion();
});

describe('DKMS does what lint says', () => {
  test.each(CLAIMS)('$code', async ({ code, text, files = {}, since, dkms, does }) => {
    await withTemporaryDirectory('test', async (directory) => {
      const tree = join(directory, 'tree');
      await mkdir(tree);
      await writeTree(directory, { ...files, 'tree/dkms.conf': confWith(text) });
      const { findings } = await lintTree(tree, { evaluate: true });
      expect(findings.map((finding) => finding.code)).toContain(code);
      const conf = join(tree, 'dkms.conf');
      const identity = { name: 'foo', version: '1.0' };
      const real = await realReadConf(directory, conf, KERNEL, identity);
      if (since === undefined || kind === since) expect(dkms(real, kind)).toEqual(does);
      // An older DKMS knows neither the directive nor the check: it reads the file and says nothing.
      else expect(real.errors).toEqual([]);
    });
  });
});
