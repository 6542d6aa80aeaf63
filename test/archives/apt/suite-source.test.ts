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

const ACME = parseAptSources(
  `Types: deb
URIs: file:/srv/site
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/acme-archive-keyring.gpg`,
  '/etc/apt/sources.list.d/acme.sources',
);
const DEBIAN_SOURCES = [
  'deb https://deb.debian.org/debian trixie main',
  'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror/x trixie main',
  'deb http://mirror/debian trixie main',
  'deb [signed-by=/mirror.gpg] http://127.0.0.1:8000 trixie main',
  'deb https://deb.debian.org/debian bookworm main',
];

test.each(DEBIAN_SOURCES)(
  'bug: a machine that uses its own repository finds trixie in its mirror, not there: %s',
  (line) => {
    const debian = parseAptSources(line, '/etc/apt/sources.list.d/mirror.list');
    expect(sourceOfSuite('trixie', [...ACME, ...debian]).uris).toEqual(debian[0]?.uris);
  },
);

test('the source of a distribution comes before others with a suite of the same name; without one, any is taken', () => {
  const docker = parseAptSources(
    'deb [signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/debian trixie stable',
    '/etc/apt/sources.list.d/a-docker.list',
  );
  const debian = parseAptSources('deb http://ftp.de.debian.org/debian trixie main', 'x.list');
  expect(sourceOfSuite('trixie', [...docker, ...debian]).uris).toEqual(debian[0]?.uris);
  expect(sourceOfSuite('trixie', [...ACME, ...docker]).uris).toEqual(docker[0]?.uris);
  expect(sourceOfSuite('trixie', ACME).uris).toEqual(['file:/srv/site']);
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
