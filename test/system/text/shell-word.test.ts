import { expect, test } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { shellWord } from '../../../src/system/text/shell-word.ts';

const PLAIN = ['6.1.0-9-amd64', '/usr/src/a_b', '0.9~rc1', 'KDIR=/x', 'a:b,c@d%e+f'];
const QUOTED = [
  '',
  'a b',
  "it's",
  '~root',
  'a=~',
  'a:~',
  '/~',
  '$HOME',
  '`id`',
  'a;b',
  'a\nb',
  '*',
  'é',
];

test.each(PLAIN)('%j needs no quotes', (word) => {
  expect(shellWord(word)).toBe(word);
});

test('a shell reads the quoted word back, as an argument and in an assignment', async () => {
  for (const word of [...PLAIN, ...QUOTED]) {
    const script = `export X=${shellWord(word)}; printf '%s\\0' ${shellWord(word)} "$X"`;
    const { stdout } = await run('sh', ['-c', script]);
    expect(stdout, word).toBe(`${word}\0${word}\0`);
  }
});
