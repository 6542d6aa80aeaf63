import { expect, test } from 'vitest';
import { compareVersions } from '../../../src/debian/version.ts';
import { stageKeyring } from '../../../src/fleet/publish/keyring-package.ts';
import { published } from '../../support/published.ts';

const CONTENTS = {
  origin: 'Acme',
  suite: 'trixie',
  url: undefined,
  keys: Buffer.from('keys'),
  fingerprints: [],
  certificate: undefined,
  maintainer: { name: 'A B', email: 'a@b.org' },
};

async function versionAfter(...versions: readonly string[]): Promise<string | undefined> {
  const known = versions.map((version) => published('acme-archive-keyring', version));
  const staged = await stageKeyring(CONTENTS, known, new Date('2026-11-28T09:00:00Z'));
  return /_(.+)_all\.deb$/.exec(staged?.fileName ?? '')?.[1];
}

test.each([
  [[], '2026.11.28+trixie'],
  [['2026.11.27.4+trixie'], '2026.11.28+trixie'],
  [['2026.11.28+trixie'], '2026.11.28.1+trixie'],
  [['2026.11.28.1+trixie', '2026.11.28+trixie'], '2026.11.28.2+trixie'],
  // Bug: the search for a version did not end if a clock had been wrong.
  [['2026.11.30+trixie', '2026.11.29+trixie'], '2026.11.30.1+trixie'],
  [['2026.11.30.1+trixie'], '2026.11.30.1.1+trixie'],
  [['2099'], '2099.1+trixie'],
])('after %j comes %s', async (before, expected) => {
  const version = await versionAfter(...before);
  expect(version).toBe(expected);
  for (const one of before) expect(compareVersions(version ?? '', one)).toBe(1);
});

// Bug: a repository that went back to earlier keys had no new package, so machines kept the later keys.
test('contents of an older version are written again, and those of the newest version are not', async () => {
  const now = new Date('2026-11-28T09:00:00Z');
  const keyOf = async (keys: string) => {
    const staged = await stageKeyring({ ...CONTENTS, keys: Buffer.from(keys) }, [], now);
    const control = staged?.control.find(({ name }) => name === 'control')?.bytes.toString() ?? '';
    return /^Build-Key: (.*)$/m.exec(control)?.[1] ?? '';
  };
  const version = (day: string, buildKey: string) =>
    published('acme-archive-keyring', `2026.11.${day}+trixie`, { buildKey });
  const known = [version('27', await keyOf('later')), version('26', await keyOf('keys'))];
  expect(await stageKeyring({ ...CONTENTS, keys: Buffer.from('later') }, known, now)).toBe(
    undefined,
  );
  const staged = await stageKeyring(CONTENTS, known, now);
  expect(staged?.fileName).toBe('acme-archive-keyring_2026.11.28+trixie_all.deb');
});
