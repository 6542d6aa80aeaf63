import { expect, test } from 'vitest';
import { withoutSecret } from '../../../src/system/text/without-secret.ts';

test.each([
  ['https://jane:s3cret@example.org/a.git', 'https://example.org/a.git'],
  ['https://ghp_token@example.org/a.git', 'https://example.org/a.git'],
  ['HTTP://jane:s@c:ret@example.org', 'HTTP://example.org'],
  ['https://jane:s3/cr+t@example.org/a', 'https://example.org/a'],
  ['https://jane:123@example.org/a', 'https://example.org/a'],
  ['ssh://git:s3cret@example.org:22/a', 'ssh://git@example.org:22/a'],
  ['--url=https://t@a.org/x', '--url=https://a.org/x'],
  ['from https://a:b@c.org/d to https://e:f@g.org/h', 'from https://c.org/d to https://g.org/h'],
  ['url.https://x:tok@github.com/.insteadOf=y', 'url.https://github.com/.insteadOf=y'],
])('%s is shown as %s', (text, shown) => {
  expect(withoutSecret(text)).toBe(shown);
});

test.each([
  'https://example.org:8443/a@b',
  'https://example.org/a@b:c',
  'ssh://git@example.org:22/a@b',
  'git@example.org:a/b.git',
  'See https://example.org, or mail jane@example.org',
  'file:///srv/a@b',
  '//label: a@b',
])('%s has no secret', (text) => {
  expect(withoutSecret(text)).toBe(text);
});

test.each(['a-', 'https://a:b', 'x://', 'https://'])(
  'a long text of %j costs little time',
  (part) => {
    const text = `://${part.repeat(200_000 / part.length)}`;
    const started = performance.now();
    withoutSecret(text);
    expect(performance.now() - started).toBeLessThan(3000);
  },
);
