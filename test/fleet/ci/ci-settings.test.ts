import { expect, test } from 'vitest';
import { ciSettings } from '../../../src/fleet/ci/ci-settings.ts';
import { parseFleetConfig } from '../../../src/fleet/config/read-config.ts';

/** Returns the settings for a dkms-deb.yaml, in flow style: one line for each key. */
function settingsOf(lines: string, file = 'dkms-deb.yaml') {
  return ciSettings(file, parseFleetConfig(`drivers: [.]\nsuites: [trixie]\n${lines}`, file));
}

test('without a repository the pipeline only builds; with one, a git branch keeps it', () => {
  expect(settingsOf('')).toEqual({
    config: 'dkms-deb.yaml',
    image: 'debian:trixie',
    schedule: '17 5 * * *',
    publishing: undefined,
  });
  expect(settingsOf('repository: {keys: [k.asc]}').publishing).toEqual({
    site: 'site',
    branch: 'packages',
    rsync: undefined,
    readFrom: 'site',
    certificate: undefined,
    hasOrigin: false,
    renews: false,
  });
});

test('paths of the configuration are relative to it, those of the pipeline to the top', () => {
  const lines = 'repository: {path: ../site, keys: [k.asc]}\nsign: {certificate: keys/c.pem}';
  expect(settingsOf(lines, 'fleet/dkms-deb.yaml').publishing).toMatchObject({
    site: 'site',
    certificate: 'fleet/keys/c.pem',
  });
});

test('with rsync, jobs without secrets read the repository at its URL', () => {
  const repository = 'repository: {keys: [k], url: "https://example.org/drivers"}';
  expect(
    settingsOf(`${repository}\nci: {rsync: "www@example.org:/srv/www/"}`).publishing,
  ).toMatchObject({
    branch: undefined,
    rsync: 'www@example.org:/srv/www',
    readFrom: 'https://example.org/drivers',
  });
  expect(() => settingsOf('repository: {keys: [k]}\nci: {rsync: "h:/d"}')).toThrow(/has no url/);
});

test.each([
  ['a key that each job would need', 'sign: {key: k.pem}', /also the jobs of a pull request/],
  ['a program that signs', 'sign: {command: sign-it}', /also the jobs of a pull request/],
  ['several certificates', 'sign: {certificate: [a, b]}', /several certificates/],
  ['no keys of the repository', 'repository: {path: site}', /has no keys/],
  ['a branch without a repository', 'ci: {branch: packages}', /no repository/],
  [
    'two places',
    'repository: {keys: [k]}\nci: {branch: packages, rsync: "h:/d"}',
    /both branch: and rsync:/,
  ],
  ['a path above the top', 'repository: {path: ../site, keys: [k]}', /not a path that a pipeline/],
  [
    'a path with a shell word',
    'repository: {path: "a;b", keys: [k]}',
    /not a path that a pipeline/,
  ],
  ['an absolute path', 'repository: {path: /srv/site, keys: [k]}', /not a path that a pipeline/],
  ['an option for a path', 'repository: {path: "-rf", keys: [k]}', /not a path that a pipeline/],
  [
    'a URL with a shell word',
    'repository: {url: "https://e/$(id)", keys: [k]}\nci: {rsync: "h:/d"}',
    /not a plain URL/,
  ],
])('refuses %s', (_, lines, says) => {
  expect(() => settingsOf(lines)).toThrow(says);
});

test.each([
  ['ci: {branch: "a b"}', /ci.branch/],
  ['ci: {branch: "-f"}', /ci.branch/],
  ['ci: {branch: "a..b"}', /ci.branch/],
  ['ci: {rsync: "-e sh:/d"}', /ci.rsync/],
  ['ci: {rsync: "h:/d;id"}', /ci.rsync/],
  ['ci: {rsync: "/"}', /ci.rsync/],
  ['ci: {rsync: "h:"}', /ci.rsync/],
  ['ci: {rsync: "h:/"}', /ci.rsync/],
  ['ci: {rsync: "h:/srv/../"}', /ci.rsync/],
  ['ci: {schedule: "daily"}', /ci.schedule/],
  ['ci: {schedule: "1 2 3 4 5\\n  - x"}', /ci.schedule/],
  ['ci: {image: "debian:trixie\\n  x: y"}', /ci.image/],
  ['ci: {imege: "debian:trixie"}', /unknown key/],
])('%s is an error of the configuration', (lines, says) => {
  expect(() => settingsOf(lines)).toThrow(says);
});
