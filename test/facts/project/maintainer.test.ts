import { describe, expect, test } from 'vitest';

import { formatPerson, isEmail, parsePerson } from '../../../src/debian/person.ts';
import {
  findMaintainer,
  packagedMaintainer,
  UNKNOWN_MAINTAINER,
} from '../../../src/facts/project/maintainer.ts';
import { git } from '../../support/facts.ts';

const JANE = { 'user.name': 'Jane Git', 'user.email': 'jane@git.example' };

describe('findMaintainer', () => {
  test.each([
    [
      'the variables of devscripts',
      { DEBFULLNAME: 'Jane Doe', DEBEMAIL: 'jane@example.org' },
      JANE,
      'Jane Doe <jane@example.org>',
      'DEBFULLNAME, DEBEMAIL',
    ],
    [
      'NAME and EMAIL',
      { NAME: 'Jane Doe', EMAIL: 'jane@example.org' },
      {},
      'Jane Doe <jane@example.org>',
      'NAME, EMAIL',
    ],
    [
      'both in DEBEMAIL',
      { DEBEMAIL: 'Jane Doe <jane@example.org>', NAME: '' },
      JANE,
      'Jane Doe <jane@example.org>',
      'DEBEMAIL',
    ],
    [
      'the name of git with the address of the environment',
      { DEBEMAIL: 'jane@example.org' },
      JANE,
      'Jane Git <jane@example.org>',
      'git config user.name, DEBEMAIL',
    ],
    ['git', {}, JANE, 'Jane Git <jane@git.example>', 'git config user.name, git config user.email'],
    [
      'NAME without an address is the computer’s',
      { NAME: 'DESKTOP-4711' },
      JANE,
      'Jane Git <jane@git.example>',
      'git config user.name, git config user.email',
    ],
  ])('%s', (_, environment, config, expected, from) => {
    const found = findMaintainer(git(config), environment);
    expect(found && formatPerson(found.value)).toBe(expected);
    expect(found?.from).toBe(from);
  });

  test('is undefined if nothing is set, or git has no valid address', () => {
    expect(findMaintainer(git(), {})).toBeUndefined();
    expect(
      findMaintainer(git({ 'user.name': 'root', 'user.email': 'root@(none)' }), {}),
    ).toBeUndefined();
    expect(
      findMaintainer(git({ 'user.name': 'a\nSection: x', 'user.email': 'a@b.c' }), {}),
    ).toBeUndefined();
  });

  test.each([
    { DEBFULLNAME: 'Jane\nUploaders: Eve <eve@example.org>', DEBEMAIL: 'a@b.c' },
    { DEBFULLNAME: 'Jane <x>', DEBEMAIL: 'a@b.c' },
    { DEBFULLNAME: 'Jane', DEBEMAIL: 'jane' },
    { DEBFULLNAME: 'Jane', DEBEMAIL: 'a@b.c, d@e.f' },
    { DEBFULLNAME: 'Jane', DEBEMAIL: 'a@b.c\nX: y' },
  ])('refuses %j', (environment) => {
    expect(() => findMaintainer(git(), environment)).toThrow(/^DEB(FULLNAME|EMAIL)=/);
  });
});

describe('formatPerson', () => {
  test.each([
    ['Jane Doe', 'Jane Doe <a@b.c>'],
    ['J. R. Hacker', 'J. R. Hacker <a@b.c>'],
    ['Jürgen Müller', 'Jürgen Müller <a@b.c>'],
    ['Doe, Jane', '"Doe, Jane" <a@b.c>'],
  ])('%s', (name, expected) => {
    expect(formatPerson({ name, email: 'a@b.c' })).toBe(expected);
    expect(parsePerson(expected)).toEqual({ name, email: 'a@b.c' });
  });
});

test.each([
  ['jane@example.org', true],
  ['jane+tag@sub.example.org', true],
  ['root@localhost', true],
  ['49699333+jane@users.noreply.github.com', true],
  ['jane', false],
  ['jane@', false],
  ['a@b@c', false],
  ['a b@c', false],
  ['a@b.', false],
  ['root@(none)', false],
])('isEmail(%j) is %s', (text, expected) => {
  expect(isEmail(text)).toBe(expected);
});

test('the maintainer of debian/control is kept, whoever runs init', () => {
  const control = (person: string) => `Source: foo\nMaintainer: ${person}\nSection: kernel\n`;
  expect(packagedMaintainer(control('"Doe, Jane" <jane@example.org>'))).toEqual({
    value: { name: 'Doe, Jane', email: 'jane@example.org' },
    from: 'debian/control',
  });
  expect(packagedMaintainer(control(formatPerson(UNKNOWN_MAINTAINER)))).toBeUndefined();
  expect(packagedMaintainer(control('Team'))).toBeUndefined();
  expect(packagedMaintainer(undefined)).toBeUndefined();
});
