import { afterEach, expect, test, vi } from 'vitest';
import { trimChangelog } from '../../../src/package/debhelper/dh-installchangelogs.ts';

const entry = (version: string, year: number) =>
  `x (${version}) unstable; urgency=medium\n\n  * Change.\n\n -- A B <a@b.org>  Wed, 01 Jan ${year} 00:00:00 +0000\n`;
const old = [8, 7, 6, 5, 4, 3].map((n) => entry(`0.${n}`, 2010 + n)).join('\n');

afterEach(() => vi.unstubAllEnvs());

test('four entries stay however old they are, and a note says where the rest is', () => {
  const trimmed = trimChangelog(old, 'x-dkms');
  expect(trimmed.match(/^x \(/gm)).toHaveLength(4);
  expect(trimmed).toMatch(/0000\n\n# Older entries .*\n# To read .* `apt changelog x-dkms`\.\n$/);
});

test('entries since oldstable all stay', () => {
  const recent = [8, 7, 6, 5, 4, 3].map((n) => entry(`0.${n}`, 2017 + n)).join('\n');
  expect(trimChangelog(recent, 'x-dkms')).toBe(recent);
});

test('DEB_BUILD_OPTIONS=notrimdch keeps everything', () => {
  vi.stubEnv('DEB_BUILD_OPTIONS', 'parallel=2 notrimdch');
  expect(trimChangelog(old, 'x-dkms')).toBe(old);
});
