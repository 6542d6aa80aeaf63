import { expect, test } from 'vitest';
import { parseChangelog } from '../../src/debian/changelog.ts';
import { silentReporter } from '../../src/report/reporter.ts';
import { variantChangelog, variantVersion } from '../../src/source/build-entry.ts';
import { passOnWarnings, warningsOf } from '../../src/source/tool-warnings.ts';
import { versionContradiction, versionsAgree } from '../../src/source/version-agreement.ts';

test.each([
  // changelog, PACKAGE_VERSION: as 40 of 48 Debian packages have it, and the others
  ['1.2', '1.2'],
  ['1.2-3', '1.2'],
  ['1:1.2-3', '1.2'],
  ['1.2-3', '1.2-3'],
  ['1.2-3', '1:1.2'],
  ['1.2~rc1-1', '1.2-rc1'],
  ['1.2-1', 'v1.2'],
  ['1.2+5.gabc1234-1', '1.2-5-gabc1234'],
  ['1.2+git20261121.1a2b3c4-1~ppa1', '1.2'],
  ['1.2+ds1-1', '1.2'],
  ['1.2+dfsg-1', '1.2'],
  ['1.2.dfsg1-1', '1.2'],
  ['1.2ubuntu1', '1.2'],
  ['1.2-1ubuntu1', '1.2'],
  ['1.2~bpo12+1', '1.2'],
  ['1.3+really1.2-1', '1.2'],
  ['0~20220829+git-3', '0~20220829+git'],
])('changelog %s and dkms.conf %s agree', (changelog, conf) => {
  expect(versionsAgree(changelog, conf)).toBe(true);
});

test.each([
  ['1.3', '1.2'],
  ['1.2.1-1', '1.2'],
  ['1.2', '1.2.1'],
  ['1.20', '1.2'],
  ['1.2-3', '1.2-4'],
  ['1.2', '1.2-5-gabc1234'],
  ['1.2', '@VERSION@'],
  ['11.2', '1.2'],
])('changelog %s and dkms.conf %s contradict each other', (changelog, conf) => {
  expect(versionsAgree(changelog, conf)).toBe(false);
});

test('a contradiction is told with both places', () => {
  const changelog = { version: '1.3-1', place: { file: 'debian/changelog', line: 1 } };
  const conf = { version: '1.2', place: { file: 'dkms.conf', line: 2 } };
  expect(versionContradiction(changelog, conf)).toBe(
    'debian/changelog:1 has version 1.3-1, but dkms.conf:2 has PACKAGE_VERSION 1.2',
  );
  expect(versionContradiction({ ...changelog, version: '1.2-1' }, conf)).toBeUndefined();
});

const TEXT = `# kept

hello (1.0-1) UNRELEASED; urgency=high

  * Changes; with (1.0) semicolons.

 -- Ada Example <ada@example.org>  Sat, 21 Nov 2026 05:52:00 +0000
`.slice('# kept\n\n'.length);
const COMMIT = { hash: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d', time: 1700000000 };

test('an entry of this build stands before the others, never dated before them', () => {
  const [latest] = parseChangelog(TEXT, 'changelog');
  if (latest === undefined) throw new Error('no entry');
  const person = { name: 'Bob', email: 'bob@example.org' };
  const variant = { commit: COMMIT, suffix: '~ppa1', distribution: 'noble' };
  const text = variantChangelog(TEXT, latest, variant, person);
  expect(text.endsWith(`\n\n${TEXT}`)).toBe(true);
  const [own] = parseChangelog(text, 'changelog');
  expect(own).toMatchObject({
    version: '1.0+git20231114.1a2b3c4-1~ppa1',
    distributions: ['noble'],
    urgency: 'high',
    maintainer: person,
    timestamp: latest.timestamp + 1,
  });
  expect(variantVersion('1.0-1', variant)).toBe(own?.version);
  const renamed = variantChangelog(TEXT, latest, { distribution: 'sid' }, person);
  expect(renamed).toBe(TEXT.replace('UNRELEASED', 'sid'));
  expect(variantChangelog(TEXT, latest, {}, person)).toBe(TEXT);
});

test("warnings of dpkg-dev's tools are passed on, deletions that it ignores are not", () => {
  const said = [
    'dpkg-source: info: using source format',
    "dpkg-source: warning: Version number suggests Ubuntu changes, but Maintainer: doesn't",
    'dpkg-source: warning: ignoring deletion of file .github/ci.yml, use --include-removal',
  ];
  expect(warningsOf(said.join('\n'))).toEqual([
    "dpkg-source: Version number suggests Ubuntu changes, but Maintainer: doesn't",
  ]);
});

test('bug: what two runs of a tool warn about was told twice', () => {
  const told: string[] = [];
  const reporter = { ...silentReporter, warn: (message: string) => told.push(message) };
  const said = "dpkg-genchanges: warning: missing Section for binary package toy-dkms; using '-'";
  passOnWarnings(said, reporter);
  passOnWarnings(`${said}\ndpkg-genchanges: warning: missing Priority`, reporter);
  expect(told).toEqual([said.replace(' warning:', ''), 'dpkg-genchanges: missing Priority']);
});
