import { expect, test } from 'vitest';
import { type MakePlace, MakeVariables } from '../../src/kbuild/make-variables.ts';
import { cpuTime } from '../support/cpu-time.ts';

const at = (line: number): MakePlace => ({ file: 'Makefile', line });
const variables = () => new MakeVariables(new Map(), { wildcard: () => undefined, ran: () => {} });

test('a word has the line of the variable that it comes from, and is unsure if a reference to it is', () => {
  const made = variables();
  made.assign('A', '=', 'a b', at(1), false);
  made.assign('B', '=', '$(A) c', at(2), false);
  made.assign('C', '=', '$(B)', at(3), true);
  made.assign('C', '+=', 'd', at(4), false);
  expect(made.words('C')).toEqual([
    { text: 'a', place: at(1), unsure: true },
    { text: 'b', place: at(1), unsure: true },
    { text: 'c', place: at(2), unsure: true },
    { text: 'd', place: at(4), unsure: false },
  ]);
});

test.each([
  [
    'each refers to all others',
    (i: number, count: number) => range(0, count).filter((j) => j !== i),
  ],
  ['each refers to all later ones', (i: number, count: number) => range(i + 1, count)],
  [
    'each refers to three others',
    (i: number, count: number) => [2, 3, 5].map((k) => (i * k + 1) % count),
  ],
])('bug: 300 variables of which %s took seconds', async (_, namesOf) => {
  const made = variables();
  for (const i of range(0, 300)) {
    const names = namesOf(i, 300);
    made.assign(`V${i}`, '=', names.map((j) => `$(V${j})`).join(' '), at(i), false);
  }
  expect(await cpuTime(() => made.words('V0'))).toBeLessThan(1500);
});

function range(from: number, end: number): number[] {
  return Array.from({ length: end - from }, (_, i) => from + i);
}
