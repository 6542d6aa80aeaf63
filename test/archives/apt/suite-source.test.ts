import { expect, test } from 'vitest';
import { parseAptSources } from '../../../src/archives/apt/apt-source.ts';
import { baseSuite, sourceOfSuite } from '../../../src/archives/apt/suite-source.ts';

const MACHINE = parseAptSources(
  `deb [signed-by=/d.gpg] http://mirror/debian bookworm main
deb [signed-by=/d.gpg] http://mirror/security bookworm-security main
deb http://third/party stable main
deb http://ubuntu/ noble main restricted`,
  'sources.list',
);

test.each([
  ['bookworm', 'http://mirror/debian'],
  ['trixie', 'http://mirror/debian'],
  ['trixie-backports', 'http://mirror/debian'],
  ['sid', 'http://mirror/debian'],
  ['trixie-security', 'http://mirror/security'],
  ['trixie/security', 'http://mirror/security'],
  ['noble-updates', 'http://ubuntu/'],
])('%s comes from the mirror that the machine has for it: %s', (suite, uri) => {
  const source = sourceOfSuite(suite, MACHINE);
  expect(source.uris).toEqual([uri]);
  expect(source.suites).toEqual([suite.replace('/', '-')]);
});

test('a suite of a distribution that the machine does not know is an error that lists the known ones', () => {
  expect(() => sourceOfSuite('jammy', MACHINE)).toThrowError(
    expect.objectContaining({ exitStatus: 2, hint: expect.stringContaining('noble') }),
  );
  expect(() => sourceOfSuite('trixie', [])).toThrowError(/no source for the suite trixie/);
});

test.each(['../x', 'a b', 'Trixie\n', '', 'trixie;rm'])('%j is not the name of a suite', (name) => {
  expect(() => sourceOfSuite(name, MACHINE)).toThrowError(/is not the name of a suite/);
});

test.each([
  ['trixe', 'Did you mean trixie? '],
  ['trixei-security', 'Did you mean trixie-security? '],
  ['trixie-backport', 'Did you mean trixie-backports? '],
  ['Trixie', 'Did you mean trixie? '],
  ['bookwrom', 'Did you mean bookworm? '],
  ['stabel', 'Did you mean stable? '],
  ['nobel', 'Did you mean noble? '],
  ['noble-update', 'Did you mean noble-updates? '],
  // A suite of Ubuntu that no source of the machine leads to.
  ['jamy', 'Did you mean jammy? '],
])('a misspelt suite %s is an error that asks: %s', (name, question) => {
  expect(() => sourceOfSuite(name, MACHINE)).toThrowError(
    expect.objectContaining({
      hint: expect.stringMatching(new RegExp(`^${question.replace('?', '\\?')}`)),
    }),
  );
});

test.each(['jammy', 'kali-rolling', 'x'])('%s is like no other suite', (name) => {
  expect(() => sourceOfSuite(name, MACHINE)).toThrowError(
    expect.objectContaining({ hint: expect.not.stringContaining('Did you mean') }),
  );
});

test('the base of a suite', () => {
  expect(['trixie-security', 'trixie', 'bookworm-backports-sloppy', 'sid'].map(baseSuite)).toEqual([
    'trixie',
    'trixie',
    'bookworm',
    'sid',
  ]);
});
