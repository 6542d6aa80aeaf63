import { describe, expect, test } from 'vitest';
import { debianUpstreamVersion } from '../../../src/dkms/conf/names.ts';
import { ConfError } from '../../../src/errors.ts';

describe('versions', () => {
  test.each([
    ['1.2', '1.2'],
    ['v1.2', '1.2'],
    ['V2.0.1', '2.0.1'],
    ['v.1.0', '1.0'],
    ['5.0.7.0', '5.0.7.0'],
    ['9.011.00', '9.011.00'],
    ['6.30.223.271', '6.30.223.271'],
    ['20250329', '20250329'],
    ['11', '11'],
    ['2.2LK', '2.2LK'],
    ['1.5b', '1.5b'],
    // A Debian revision or a build number, as apfs, xtrx and LiME write it.
    ['1.2-3', '1.2+3'],
    ['0.3.0-1', '0.3.0+1'],
    ['1.2_3', '1.2+3'],
    ['0.0.1+git20190320.5ae3a3e-3.2', '0.0.1+git20190320.5ae3a3e+3.2'],
    ['5.12.0.4_35680.20210917', '5.12.0.4+35680.20210917'],
    // Debian's own: unchanged.
    ['0.0~git20240408.aa96a9f+dfsg', '0.0~git20240408.aa96a9f+dfsg'],
    ['0~20220829+git', '0~20220829+git'],
    ['20100405+svn20111107.r124', '20100405+svn20111107.r124'],
    ['2.13.5~11.8.0', '2.13.5~11.8.0'],
    ['4.31.0+1', '4.31.0+1'],
    ['0.7+5.3', '0.7+5.3'],
    // Pre-releases.
    ['1.2_rc1', '1.2~rc1'],
    ['1.2-rc1', '1.2~rc1'],
    ['1.2rc1', '1.2~rc1'],
    ['1.2-RC1', '1.2~rc1'],
    ['8.0.5.rc7', '8.0.5~rc7'],
    ['1.2~rc1', '1.2~rc1'],
    ['2.0-beta', '2.0~beta'],
    ['2.0-beta.2', '2.0~beta.2'],
    ['2.0.dev0', '2.0~dev0'],
    ['0.1.1dev+git20220316.e5c53d64', '0.1.1~dev+git20220316.e5c53d64'],
    ['5.4devel', '5.4devel'],
    // git describe.
    ['v1.2-5-gabc1234', '1.2+5.gabc1234'],
    ['v5.6.1-24-g0a1b2c3', '5.6.1+24.g0a1b2c3'],
    ['1.2-5-gabc1234-dirty', '1.2+5.gabc1234+dirty'],
    ['v1.2-rc1-5-gabc1234', '1.2~rc1+5.gabc1234'],
    ['1.0-3-2-gabc1234', '1.0+3+2.gabc1234'],
    // Dates.
    ['2024-05-01', '2024.05.01'],
    ['2024-05-01-3-gabc1234', '2024.05.01+3.gabc1234'],
    // Epochs.
    ['1:2.3', '1:2.3'],
    ['1:2.11.1.0.20170917~dfsg', '1:2.11.1.0.20170917~dfsg'],
    ['1.2-', '1.2'],
    // A letter first: Debian's begins with a digit, and the first real version is to sort after it.
    ['r119.abc', '0~r119.abc'],
    ['git', '0~git'],
    ['master', '0~master'],
    ['g1.2', '0~g1.2'],
    ['B7', '0~B7'],
    ['linux-6.7.y-1', '0~linux+6.7.y+1'],
    ['release-1.2', '1.2'],
    ['ver1.2', '1.2'],
    ['Version_3.1', '3.1'],
    // What dkms builds with and no Debian version has.
    ['1.0=2', '1.0+2'],
    ['1.0@2', '1.0+2'],
    ['_1.0', '1.0'],
    ['1..2', '1..2'],
  ])('%s -> %s', (dkms, expected) => {
    expect(debianUpstreamVersion(dkms)).toBe(expected);
    expect(debianUpstreamVersion(expected)).toBe(expected);
  });

  test.each([
    '',
    '-',
    '@VERSION@',
    '#MODULE_VERSION#',
    '#VERSION#',
    '__PKG_VERSION__',
    '{VER}',
    'DKMS_VERSION',
    '$(git describe)',
    '@VERS@.@GIT_COMMIT_COUNT@',
    '@PCIE_DRIVER_VERSION@',
    '1.2 3',
    '1.2:3',
    '1.2\n3',
    '1.2/3',
    '1,2',
  ])('%j cannot be converted into a Debian version', (version) => {
    try {
      debianUpstreamVersion(version, { file: 'dkms.conf', line: 2 });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ConfError);
      expect(error).toMatchObject({
        code: 'bad-package-version',
        exitStatus: 8,
        where: { file: 'dkms.conf', line: 2 },
        hint: expect.stringContaining('PACKAGE_VERSION'),
      });
      expect((error as Error).message).not.toContain('\n');
    }
  });
});
