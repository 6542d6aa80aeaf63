import { join } from 'node:path';
import { expect } from 'vitest';
import { deb822Source, makeArchiveKey, releaseArchiveKey } from '../../support/apt-archive.ts';
import { serve } from '../../support/http-server.ts';
import { type Archives, archiveTest as test } from '../../support/kernel-archive.ts';

const GOOD = 'linux-headers-6.1.0-1-amd64 6.1.1-1 amd64 :: gcc-12';
const OTHER = 'linux-headers-6.1.0-2-amd64 6.1.2-1 amd64 :: gcc-12';

/** Runs `kernels` for a good source and another one, twice. */
async function besideGood(archives: Archives, stanza: string, args: readonly string[] = []) {
  const good = await archives.write('Good', [{ codename: 'good', packages: GOOD }]);
  const file = await archives.sources('good.sources', `file:${good}`, ['good']);
  const other = await archives.file('other.sources', stanza);
  const all = ['kernels', '--json', '--sources', file, '--sources', other, ...args];
  const first = await archives.dkmsDeb(all);
  const second = await archives.dkmsDeb(all);
  // It is said each time, not only while the lists are fresh.
  const withoutTimes = (text: string) => text.replace(/invalid since .*?\)/g, 'invalid)');
  expect(withoutTimes(second.stderr)).toBe(withoutTimes(first.stderr));
  const alone = await archives.dkmsDeb(['kernels', '--sources', other, ...args]);
  const { kernels } = JSON.parse(first.stdout) as { kernels: { release: string }[] };
  return { ...first, alone, releases: kernels.map(({ release }) => release) };
}

/** The lines of warnings and errors, without the hints. */
const complaints = (stderr: string) =>
  stderr.split('\n').filter((line) => /\b(?:warning|error):/.test(line));

test.for([
  ['an unknown suite', 'no-such-suite', {}, /no-such-suite Release' does not have a Release file/],
  ['an unsigned Release', 'other', { signed: false }, /other Release' is not signed/],
  [
    'an expired Release',
    'other',
    { date: 'Thu, 01 Jan 2026 00:00:00 UTC', validUntil: 'Fri, 02 Jan 2026 00:00:00 UTC' },
    /Release file for .* is expired/,
  ],
] as const)(
  '%s: one warning, and the other source is used; alone it is an error',
  async ([, suite, changes, said], { archives }) => {
    await archives.machine({ settings: ['Acquire::Check-Valid-Until "true";'] });
    const other = await archives.write('Other', [
      { codename: 'other', packages: OTHER, ...changes },
    ]);
    const signedBy = archives.key.publicFile;
    const stanza = deb822Source({ uri: `file:${other}`, suites: [suite], signedBy });
    const { releases, stderr, alone } = await besideGood(archives, stanza);
    expect(releases).toEqual(['6.1.0-1-amd64']);
    expect(complaints(stderr), stderr).toEqual([expect.stringMatching(said)]);
    expect(alone.exitStatus).toBe(21);
    expect(alone.stderr).toMatch(said);
    expect(alone.stderr).toContain(`no package lists of ${suite}`);
  },
);

test('Check-Valid-Until: no in the source itself allows an expired Release', async ({
  archives,
}) => {
  await archives.machine({ settings: ['Acquire::Check-Valid-Until "true";'] });
  const old = {
    date: 'Thu, 01 Jan 2026 00:00:00 UTC',
    validUntil: 'Fri, 02 Jan 2026 00:00:00 UTC',
  };
  const uri = `file:${await archives.write('Old', [{ codename: 'old', packages: OTHER, ...old }])}`;
  const file = await archives.sources('old.sources', uri, ['old'], ['Check-Valid-Until: no']);
  expect(await archives.kernels(['--sources', file])).toMatchObject([{ release: '6.1.0-2-amd64' }]);
});

test('a key that did not sign, and a file of keys that is missing', async ({ archives }) => {
  const other = await archives.write('Other', [{ codename: 'other', packages: OTHER }]);
  const wrong = await makeArchiveKey(archives.directory, 'wrong');
  try {
    const source = { uri: `file:${other}`, suites: ['other'] };
    const missing = join(archives.directory, 'no-such-key.gpg');
    for (const signedBy of [wrong.publicFile, missing]) {
      const stanza = deb822Source({ ...source, signedBy });
      const { releases, stderr, alone } = await besideGood(archives, stanza);
      expect(releases).toEqual(['6.1.0-1-amd64']);
      expect(complaints(stderr), stderr).toEqual([expect.stringMatching(/NO_PUBKEY|not signed/)]);
      expect(alone.exitStatus).toBe(21);
      expect(alone.stderr).toMatch(/NO_PUBKEY|not signed/);
    }
  } finally {
    await releaseArchiveKey(wrong);
  }
});

test('an architecture that the archive does not have', async ({ archives }) => {
  const good = await archives.write('Good', [{ codename: 'good', packages: GOOD }]);
  const file = await archives.sources('good.sources', `file:${good}`, ['good']);
  const { exitStatus, stderr } = await archives.dkmsDeb([
    ...['kernels', '--sources', file, '--arch', 'loong64'],
  ]);
  expect(exitStatus).toBe(21);
  expect(stderr).toContain('have no kernel for loong64');
  expect(stderr).toContain('amd64 (amd64)');
  const both = ['--sources', file, '--arch', 'loong64', '--arch', 'amd64'];
  expect(await archives.kernels(both)).toMatchObject([{ release: '6.1.0-1-amd64' }]);
});

test('a server that answers every request with a page of HTML', async ({ archives }) => {
  await using server = await serve((_, answer) => {
    answer.writeHead(200, { 'Content-Type': 'text/html' });
    answer.end('<html><body>Please log in to the hotel.</body></html>\n');
  });
  await archives.machine({ settings: ['Acquire::Retries "0";'] });
  const signedBy = archives.key.publicFile;
  const stanza = deb822Source({ uri: server.url, suites: ['other'], signedBy });
  const { releases, stderr, alone } = await besideGood(archives, stanza);
  expect(releases).toEqual(['6.1.0-1-amd64']);
  expect(complaints(stderr), stderr).toEqual([
    expect.stringMatching(/Clearsigned file isn't valid|does the network require authentication/),
  ]);
  expect(alone.exitStatus).toBe(21);
});

test('a package with hostile fields in the list is left out with a warning each time, and nothing is written elsewhere', async ({
  archives,
}) => {
  const bad = 'linux-headers-6.1.0-7-evil 6.1.7-1 amd64 :: gcc-12 :: x :: Source: ../../evil';
  const archive = await archives.write('Bad', [{ codename: 'bad', packages: `${GOOD}\n${bad}` }]);
  const file = await archives.sources('bad.sources', `file:${archive}`, ['bad']);
  for (const _ of [1, 2]) {
    const { stdout, stderr } = await archives.dkmsDeb(['kernels', '--json', '--sources', file]);
    expect(stdout).toContain('6.1.0-1-amd64');
    expect(stdout).not.toContain('evil');
    expect(stderr).toContain('with a source that is not allowed');
  }
});
