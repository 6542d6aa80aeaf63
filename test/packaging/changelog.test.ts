import { expect, test } from 'vitest';
import { debianChangelog } from '../../packaging/changelog.ts';
import { parseReleases } from '../../packaging/releases.ts';
import { parseChangelog } from '../../src/debian/changelog.ts';

const FACTS = {
  maintainer: { name: 'Jane Doe', email: 'jane@example.org' },
  timestamp: 1_795_000_000,
  file: 'CHANGELOG.md',
};

const TEXT = `# Changelog

All that is worth knowing.

## Unreleased

- \`build\`: one thing
  that goes on.
- Another.

## 1.0.0-rc.1 - 2026-11-21

- The first.
`;

test('CHANGELOG.md becomes entries of a Debian changelog', () => {
  const text = debianChangelog(parseReleases(TEXT, 'CHANGELOG.md'), { ...FACTS, version: '1.0.0' });
  const entries = parseChangelog(text, 'changelog');
  expect(entries).toMatchObject([
    {
      source: 'dkms-deb',
      version: '1.0.0',
      distributions: ['UNRELEASED'],
      timestamp: 1_795_000_000,
    },
    { version: '1.0.0~rc.1', distributions: ['unstable'], date: 'Sat, 21 Nov 2026 00:00:00 +0000' },
  ]);
  expect(entries[0]?.changes).toEqual(['  * `build`: one thing that goes on.', '  * Another.']);
});

test('without unreleased changes the version is the latest release', () => {
  const releases = parseReleases('## Unreleased\n\n## 1.2.0 - 2026-11-21\n- A.\n', 'CHANGELOG.md');
  expect(debianChangelog(releases, { ...FACTS, version: '1.2.0' })).toMatch(
    /^dkms-deb \(1\.2\.0\) unstable; urgency=medium\n/,
  );
  expect(() => debianChangelog(releases, { ...FACTS, version: '1.3.0' })).toThrow(/1\.3\.0/);
});

test('changes after a release are not of its version', () => {
  const releases = parseReleases('## Unreleased\n- B.\n## 1.2.0 - 2026-11-21\n- A.\n', 'f');
  expect(() => debianChangelog(releases, { ...FACTS, version: '1.2.0' })).toThrow(
    'package.json has version 1.2.0, which is released, but the changelog has unreleased changes',
  );
});

test.each([
  ['## 1.2', 1],
  ['## Unreleased\n\n### Added\n', 3],
  ['## Unreleased\n\n  goes on\n', 3],
])('%j is told by its line', (text, line) => {
  expect(() => parseReleases(text, 'CHANGELOG.md')).toThrow(
    expect.objectContaining({ code: 'changelog-format', where: { file: 'CHANGELOG.md', line } }),
  );
});
