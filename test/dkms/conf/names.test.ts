import { describe, expect, test } from 'vitest';
import {
  checkDkmsName,
  checkDkmsVersion,
  debianSourceName,
  dkmsPackageName,
  modulesPackageName,
} from '../../../src/dkms/conf/names.ts';
import { isPlaceholder } from '../../../src/dkms/conf/placeholder.ts';
import { ConfError } from '../../../src/errors.ts';

describe('package names', () => {
  test.each([
    // DKMS, source, -dkms
    ['hello', 'hello', 'hello-dkms'],
    ['foo_mod', 'foo-mod', 'foo-mod-dkms'],
    ['acpi_call', 'acpi-call', 'acpi-call-dkms'],
    ['linux-apfs-rw', 'linux-apfs-rw', 'linux-apfs-rw-dkms'],
    ['west-chamber', 'west-chamber', 'west-chamber-dkms'],
    ['jool-dkms', 'jool', 'jool-dkms'],
    ['rapiddisk-dkms', 'rapiddisk', 'rapiddisk-dkms'],
    ['foo_dkms', 'foo', 'foo-dkms'],
    ['jool-dkms-dkms', 'jool', 'jool-dkms'],
    ['dkms', 'dkms', 'dkms-dkms'],
    ['dkms-test', 'dkms-test', 'dkms-test-dkms'],
    ['LiME', 'lime', 'lime-dkms'],
    ['CH341SER', 'ch341ser', 'ch341ser-dkms'],
    ['hid-ITE8291R3', 'hid-ite8291r3', 'hid-ite8291r3-dkms'],
    ['OpenRazer_Driver', 'openrazer-driver', 'openrazer-driver-dkms'],
    ['8821cu', '8821cu', '8821cu-dkms'],
    ['88x2bu', '88x2bu', '88x2bu-dkms'],
    ['rtl8812AU', 'rtl8812au', 'rtl8812au-dkms'],
    ['ezurio-qcacld-2.0', 'ezurio-qcacld-2.0', 'ezurio-qcacld-2.0-dkms'],
    ['scst-3.x', 'scst-3.x', 'scst-3.x-dkms'],
    ['nat_rtsp', 'nat-rtsp', 'nat-rtsp-dkms'],
    ['x', 'x-dkms', 'x-dkms'],
    ['_private', 'private', 'private-dkms'],
    ['+plus', 'plus', 'plus-dkms'],
    ['c++', 'c++', 'c++-dkms'],
    ['foo-', 'foo', 'foo-dkms'],
    ['foo__bar', 'foo-bar', 'foo-bar-dkms'],
    ['foo.', 'foo', 'foo-dkms'],
    ['foo~bar', 'foo-bar', 'foo-bar-dkms'],
    ['naïve', 'na-ve', 'na-ve-dkms'],
  ])('%s -> %s, %s', (dkms, source, binary) => {
    expect(debianSourceName(dkms)).toBe(source);
    expect(dkmsPackageName(dkms)).toBe(binary);
  });

  test.each(['', '___', '-', '.', '@PACKAGE_NAME@', '__PKG_NAME__', '@PACKAGE_TARNAME@', '{MOD}'])(
    'no package name is made of %j',
    (name) => {
      expect(() => dkmsPackageName(name)).toThrow(ConfError);
      expect(() => dkmsPackageName(name)).toThrow(/PACKAGE_NAME/);
    },
  );

  test.each([
    ['foo_mod', '6.1.0-56-amd64', 'foo-mod-modules-6.1.0-56-amd64'],
    ['hello', '6.12.107+deb13-amd64', 'hello-modules-6.12.107+deb13-amd64'],
    ['hello', '6.8.0-1034-AWS_x', 'hello-modules-6.8.0-1034-aws-x'],
    ['hello', '6.1.0-rc7+', 'hello-modules-6.1.0-rc7+'],
    ['jool-dkms', '5.10.0', 'jool-modules-5.10.0'],
    ['LiME', '6.6.51+rpt-rpi-v8', 'lime-modules-6.6.51+rpt-rpi-v8'],
  ])('modules of %s for %s: %s', (dkms, kernel, expected) => {
    expect(modulesPackageName(dkms, kernel)).toBe(expected);
  });
});

describe('names and versions below /usr/src', () => {
  test.each([
    [
      '1:2.0',
      /contains ":", but kbuild cannot build in a directory with this character/,
      /epoch.*debian\/changelog/,
    ],
    ['1.0%2', /contains "%", but kbuild/, /such as 1\.0/],
  ])('kbuild cannot build in a directory called %s', (version, message, hint) => {
    expect(() => checkDkmsVersion(version)).toThrow(message);
    expect(() => checkDkmsVersion(version)).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(hint) }),
    );
  });

  test.each(['hello', 'foo_mod', 'jool-dkms', '8821cu', 'LiME', 'scst-3.x', 'c++', '_x'])(
    '%s is a DKMS name',
    (name) => {
      expect(checkDkmsName(name)).toBe(name);
    },
  );

  test.each([
    '1.2',
    'v1.2-5-gabc1234',
    '0.0~git1+dfsg',
    '2.2LK',
    '1.2_rc1',
    'abc',
    '1..2',
    '1=2',
    '1@2',
  ])('%s is a DKMS version', (version) => {
    expect(checkDkmsVersion(version)).toBe(version);
  });

  test.each([
    ['', 'is empty'],
    ['../../etc', 'contains "/"'],
    ['..', 'begins with "."'],
    ['a b', 'contains " "'],
    ['a\nb', 'contains "\\n"'],
    ['a\u0007b', 'contains "\\u0007"'],
    ['a;reboot', 'contains ";"'],
    ['a$x', 'contains "$"'],
    ['a`x`', 'contains "`"'],
    ["a'b", 'contains "\'"'],
    ['a|b', 'contains "|"'],
    ['a*', 'contains "*"'],
    ['-rf', 'begins with "-"'],
    ['.git', 'begins with "."'],
    ['x'.repeat(101), 'is longer than 100 bytes'],
    ['@VERSION@', 'is a placeholder without a value'],
    ['#MODULE_VERSION#', 'is a placeholder without a value'],
    ['ü', 'contains "ü"'],
  ])('%j %s', (value, wrong) => {
    const where = { file: 'dkms.conf', line: 1 };
    expect(() => checkDkmsName(value, where)).toThrow(wrong);
    expect(() => checkDkmsVersion(value, where)).toThrow(wrong);
    try {
      checkDkmsName(value, where);
    } catch (error) {
      expect(error).toMatchObject({ code: 'bad-package-name', exitStatus: 8, where });
    }
  });

  // Every placeholder that drivers.json has.
  test.each([
    '@VERSION@',
    '@CFLGS@',
    '@PACKAGE_VERSION@',
    '@CMAKE_PROJECT_VERSION@',
    '@PACKAGE_TARNAME@',
    '__PKG_NAME__',
    '__PKG_REVISION__',
    '#MODULE_VERSION#',
    '@PCIE_DRIVER_VERSION@',
    '{LOC}',
    '{MOD}',
    '{VER}',
    '@PKGVER@',
    '@VERS@.@GIT_COMMIT_COUNT@',
    '@DEB_VERSION@',
    '@BUILT_MODULE_NAME@',
  ])('%s is a placeholder', (value) => {
    expect(isPlaceholder(value)).toBe(true);
  });

  test.each(['1.2', 'abc', 'foo__bar', 'module_version', 'v1.2'])(
    '%s is not a placeholder',
    (value) => {
      expect(isPlaceholder(value)).toBe(false);
    },
  );
});
