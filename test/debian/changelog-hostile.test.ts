import { expect, test } from 'vitest';
import { parseChangelog } from '../../src/debian/changelog.ts';
import { latestHeader } from '../../src/debian/latest-entry.ts';
import { cpuTime } from '../support/cpu-time.ts';

const HEADER = 'hello (1.0) unstable; urgency=medium\n\n';
const TRAILER = '\n -- Ann Author <ann@example.org>  Thu, 01 Jan 2026 00:00:00 +0000\n';

test('bug: an entry of 650 000 lines took 1.5 GB of memory, in dpkg-genchanges', async () => {
  const text = `${HEADER}${'  * Changes and changes.\n'.repeat(650_000)}${TRAILER}`;
  const used = await cpuTime(() => {
    const error = expect.objectContaining({ code: 'changelog-too-long' });
    expect(() => parseChangelog(text, 'changelog')).toThrow(error);
    expect(() => parseChangelog(text, 'changelog', { onProblem: () => {} })).toThrow(error);
    expect(latestHeader(text, 'changelog')?.version).toBe('1.0');
  });
  expect(used).toBeLessThan(2000);
});

test('entries as long as those of linux, and many blank lines between entries, are read', () => {
  const entry = `${HEADER}${'  * A change.\n'.repeat(5000)}${TRAILER}`;
  const text = `${entry}${'\n'.repeat(100_000)}${entry}`;
  const entries = parseChangelog(text, 'changelog');
  expect(entries.map(({ changes }) => changes.length)).toEqual([5000, 5000]);
});
