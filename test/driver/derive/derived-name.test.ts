import { expect, test } from 'vitest';
import { derivedName } from '../../../src/driver/derive/derived-name.ts';

function name(
  modules: readonly string[],
  known: { directory?: string; repository?: string; set?: string } = {},
) {
  const { value, from } = derivedName(
    modules.map((module) => ({ name: module, folder: '' })),
    {
      given: new Map(known.set === undefined ? [] : [['PACKAGE_NAME', known.set]]),
      repository:
        known.repository === undefined
          ? undefined
          : { value: known.repository, from: 'git remote origin' },
      directory: known.directory ?? '/tmp/t',
    },
  );
  return `${value} <- ${from}`;
}

test.each([
  ['what is said', ['a'], { set: 'mine' }, 'mine <- --set PACKAGE_NAME'],
  ['the only module', ['ixgbe'], { repository: 'x' }, 'ixgbe <- the only module'],
  ['the repository', ['a', 'b'], { repository: 'nic' }, 'nic <- git remote origin'],
  ['the directory', ['a', 'b'], { directory: '/x/rtl8xxx' }, 'rtl8xxx <- the directory rtl8xxx'],
  [
    'the directory without its version',
    ['a', 'b'],
    { directory: '/x/rtl8xxx-1.2.3' },
    'rtl8xxx <- the directory rtl8xxx-1.2.3',
  ],
  [
    'a workplace names nothing',
    ['ccat', 'ccat_gpio'],
    { directory: '/home/me/src' },
    'ccat <- the common beginning of the names of 2 modules',
  ],
  ['nothing in common', ['foo', 'bar'], { directory: '/t' }, 'foo <- the first of 2 modules'],
])('%s', (_, modules, known, expected) => expect(name(modules, known)).toBe(expected));
