import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { splitWords } from '../../../src/system/text/split-words.ts';
import { errorOf } from '../../support/archive-fixtures.ts';

const HINT = 'Give a command.';

test.for([
  'srun -Q -N1 -c2',
  '  ssh   host\tenv A=b\n',
  `docker run --rm -v "$PWD"/x:/x 'a b' "c d"e`,
  String.raw`a\ b "c\"d" 'e\f' "g\h" \'`,
  `'' x""y`.replace(/^'' /, 'p '),
  `sh -c 'exec "$@"' sh`,
])('%j: as a shell that expands nothing', (text) => {
  const script = 'for word; do printf "%s\\0" "$word"; done';
  const shell = execFileSync('bash', [
    '-c',
    `set -f; PWD='$PWD'; set -- ${text.replace('"$PWD"', `'$PWD'`).replace(/\n/g, ' ')}; ${script}`,
  ]);
  expect(splitWords(text, '--runner', HINT)).toEqual(shell.toString().split('\0').slice(0, -1));
});

test.for(['', '   ', "'", '"a', 'a\\', `''`])('%j is refused', async (text) => {
  const error = await errorOf(() => splitWords(text, '--runner', HINT));
  expect(error.code).toBe('usage');
  expect(error.message).toContain('--runner');
});

test('nothing is expanded', () => {
  expect(splitWords('echo $HOME `id` $(id) ~ *', 'x', HINT)).toEqual([
    'echo',
    '$HOME',
    '`id`',
    '$(id)',
    '~',
    '*',
  ]);
});
