import { expect, test } from 'vitest';
import { modaliasesOf } from '../../../src/package/modules/modaliases-field.ts';

/** Reads the field as ubuntu-drivers does: bus, alias and module of each entry. */
function readAsUbuntu(field: string): string[] {
  return field.split(')').flatMap((part) => {
    const trimmed = part.replace(/^[, ]+|[, ]+$/g, '');
    if (trimmed === '') return [];
    const [module, list, ...more] = trimmed.split('(');
    if (list === undefined || more.length > 0) throw new Error(`invalid modalias header: ${field}`);
    return list
      .split(',')
      .map((alias) => `${alias.trim().split(':')[0]} ${alias.trim()} ${module}`);
  });
}

test('ubuntu-drivers reads the aliases of each module', () => {
  const { field = '', leftOut } = modaliasesOf([
    { name: 'a', aliases: ['usb:v1d2*', 'pci:v00008086d*', 'usb:v1d2*', 'char-major-10-1'] },
    { name: 'b', aliases: [] },
    { name: 'c', aliases: ['hid:b0003g*v00001532p0000010D'] },
  ]);
  expect(field).toBe('a(usb:v1d2*, pci:v00008086d*), c(hid:b0003g*v00001532p0000010D)');
  expect(readAsUbuntu(field)).toEqual([
    'usb usb:v1d2* a',
    'pci pci:v00008086d* a',
    'hid hid:b0003g*v00001532p0000010D c',
  ]);
  expect(leftOut).toEqual([]);
});

test('a wildcard after the bus becomes one in the name, because ubuntu-drivers looks buses up by name', () => {
  const aliases = ['dmi*:svnACME*:pnX1*:', 'acpi*:ABC0001:*', 'of:N*T*Cacme'];
  const { field = '' } = modaliasesOf([{ name: 'a', aliases }]);
  expect(readAsUbuntu(field)).toEqual([
    'dmi dmi:svnACME*:pnX1*: a',
    'dmi dmi:*:svnACME*:pnX1*: a',
    'acpi acpi:ABC0001:* a',
    'acpi acpi:*:ABC0001:* a',
    'of of:N*T*Cacme a',
  ]);
});

test('aliases at which ubuntu-drivers would stop are left out', () => {
  const aliases = ['dmi:*:svnTUXEDO(TM):*', 'dmi:*:svnA,B:*', 'dmi:*:svn A:*', 'dmi:*:svnOK:*'];
  const { field = '', leftOut } = modaliasesOf([{ name: 'a', aliases }]);
  expect(readAsUbuntu(field)).toEqual(['dmi dmi:*:svnOK:* a']);
  expect(leftOut).toEqual(aliases.slice(0, 3));
});

test('modules without devices have no field', () => {
  expect(modaliasesOf([{ name: 'a', aliases: ['fs-a'] }]).field).toBeUndefined();
});
