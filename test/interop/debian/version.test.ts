import { describe, expect, test } from 'vitest';
import { compareVersions, isVersion } from '../../../src/debian/version.ts';
import { run } from '../../../src/system/process/run.ts';
import { perl } from '../../support/perl.ts';
import { Seeded } from '../../support/seeded.ts';

const random = new Seeded(1);

function randomVersion(maxDigits: number): string {
  const number = () => random.list(1, maxDigits, () => random.pick([...'0011239'])).join('');
  const piece = () => random.pick([number(), random.pick([...'aAzZ~~.+'])]);
  const epoch = random.pick(['', '', '', '0:', '1:', '12:']);
  const revision = random.pick(['', '', '-', '-']);
  const upstream =
    number() + random.list(0, 5, () => random.pick([piece(), piece(), revision && '-'])).join('');
  return epoch + upstream + (revision && revision + random.list(1, 4, piece).join(''));
}

/** Close versions, so that equal and nearly equal ones are frequent. */
function randomPair(maxDigits: number): [string, string] {
  const a = randomVersion(maxDigits);
  const at = random.below(a.length + 1);
  const near =
    a.slice(0, at) + random.pick(['', '0', '~', '.', '+', 'a']) + a.slice(at + random.below(2));
  const b = random.pick([near, randomVersion(maxDigits)]);
  return isVersion(b) ? [a, b] : [a, a];
}

describe('compareVersions', () => {
  test('20000 pairs as Dpkg::Version orders them', async () => {
    // Perl compares numbers as floats: up to 12 digits it is exact.
    const pairs = Array.from({ length: 20_000 }, () => randomPair(3));
    const { stdout } = await perl(
      'use Dpkg::Version; while (<STDIN>) { chomp; my ($a, $b) = split / /; print version_compare($a, $b), "\\n" }',
      pairs.map((pair) => `${pair.join(' ')}\n`).join(''),
    );
    const orders = stdout.trimEnd().split('\n').map(Number);
    const differing = pairs.filter(([a, b], index) => compareVersions(a, b) !== orders[index]);
    expect(differing).toEqual([]);
    expect(orders.filter((order) => order === 0).length).toBeGreaterThan(500);
  });

  test('300 pairs, with numbers of 25 digits, as dpkg itself orders them', async () => {
    const differing: unknown[] = [];
    for (let round = 0; round < 300; round++) {
      const [a, b] = randomPair(25);
      const ours = compareVersions(a, b);
      const relation = ours < 0 ? 'lt' : ours > 0 ? 'gt' : 'eq';
      const { exitStatus } = await run('dpkg', ['--compare-versions', a, relation, b], {
        accept: [0, 1],
      });
      if (exitStatus !== 0) differing.push([a, relation, b]);
    }
    expect(differing).toEqual([]);
  });
});

test('isVersion agrees with dpkg --validate-version', async () => {
  const odd = [
    '',
    ':1',
    '1:',
    '1-',
    '-1',
    '1--',
    '--1',
    '1-:',
    '0:0:0',
    '1:1-1:1',
    '1:-1',
    'a',
    '1_',
    '1é',
    'x:1',
  ];
  const big = [
    '2147483647:1',
    '2147483648:1',
    '99999999999999999999:1',
    '00:1',
    '1:~1',
    '1-~',
    '1-+',
    '1:1:',
    '1-1-',
  ];
  const mixed = Array.from({ length: 200 }, () =>
    random.list(1, 5, () => random.pick([...'01a:-~.+_ '])).join(''),
  );
  const differing: unknown[] = [];
  for (const text of [...odd, ...big, ...mixed]) {
    // dpkg trims blanks around; to a program they are part of the text and wrong. "+1:" is strtol's.
    if (text !== text.trim() || /^[+-]\d*:/.test(text)) continue;
    const { exitStatus } = await run('dpkg', ['--validate-version', text], { accept: [0, 1, 2] });
    if ((exitStatus === 0) !== isVersion(text)) differing.push([text, exitStatus]);
  }
  expect(differing).toEqual([]);
});
