import { describe, expect, test } from 'vitest';
import { literalValue, readAssignments } from '../../../src/dkms/conf/shell-words.ts';
import { cpuTime } from '../../support/cpu-time.ts';

/** `NAME[index]+=value`, with a `?` before what is nested. */
function assignmentsOf(text: string): string[] {
  return readAssignments(text).assignments.map(
    ({ name, index, append, valueStart, end, nested }) =>
      `${nested ? '?' : ''}${name}${index === undefined ? '' : `[${index}]`}${append ? '+' : ''}=${text.slice(valueStart, end)}`,
  );
}

describe('assignments', () => {
  test.each<[string, string, string[]]>([
    ['plain', 'A=1\nB="2 3"\nC=\'4;5\'', ['A=1', 'B="2 3"', "C='4;5'"]],
    ['several on a line', 'A=1 B=2; C=3 && D=4', ['A=1', 'B=2', 'C=3', 'D=4']],
    ['not the arguments of a command', 'make A=1\necho B=2 | C=3 cat', ['C=3']],
    ['an index', 'A[0]=x\nA[$i]=y\nA[$((n++))]="z"', ['A[0]=x', 'A[$i]=y', 'A[$((n++))]="z"']],
    ['an array', 'A=("x y"\n  z # c)\n)\nB=1', ['A=("x y"\n  z # c)\n)', 'B=1']],
    ['appended', 'A+=" b"', ['A+=" b"']],
    ['empty', 'A=\nB=""', ['A=', 'B=""']],
    ['quotes in quotes', 'A="a \\"b c\\" d"\nB=1', ['A="a \\"b c\\" d"', 'B=1']],
    ['a quotation in a substitution', 'A="$(cat "x y")" B=2', ['A="$(cat "x y")"', 'B=2']],
    ['backquotes', 'A=`echo "x y"` B=2', ['A=`echo "x y"`', 'B=2']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash, not JavaScript.
    ['braces', 'A=${B:-a b} C=1', ['A=${B:-a b}', 'C=1']],
    ['two lines', 'A="one\ntwo"\nB=\'three\nfour\'', ['A="one\ntwo"', "B='three\nfour'"]],
    ['a line that goes on', 'A="one \\\n  two"\nB=1', ['A="one \\\n  two"', 'B=1']],
    ['comments', '# A=1\nB=2 # C=3\nD=a#b', ['B=2', 'D=a#b']],
    ['declared', 'export A=1\nlocal -r B=2\nreadonly C=3', ['A=1', 'B=2', 'C=3']],
    ['in an if', 'if [ "$x" = y ]; then A=1\nelse\n  B=2\nfi\nC=3', ['?A=1', '?B=2', 'C=3']],
    [
      'in a case',
      'case "$K" in\n  a | b) A=1 ;;\n  *)     A=2 ;;\nesac\nB=3',
      ['?A=1', '?A=2', 'B=3'],
    ],
    ['in a loop', 'for i in 1 2; do A[i]=$i; done; B=1', ['?A[i]=$i', 'B=1']],
    ['in a function', 'f() {\n  A=1\n}\nB=2', ['?A=1', 'B=2']],
    ['in a subshell', '(A=1)\nB=2', ['?A=1', 'B=2']],
    ['behind a here-document', 'cat <<EOF\nA=1\n"\nEOF\nB=2', ['B=2']],
    ['never closed', 'A="x\nB=1', ['A="x\nB=1']],
  ])('%s', (_name, text, expected) => {
    expect(assignmentsOf(text)).toEqual(expected);
  });

  test('a long hostile text is read in linear time', async () => {
    const text = '$('.repeat(20_000) + '"`\\'.repeat(20_000);
    const time = await cpuTime(() => {
      readAssignments(`A=${text}`);
      readAssignments('A[['.repeat(2000));
    });
    expect(time).toBeLessThan(2000);
  });
});

test.each<[string, string | undefined]>([
  ['"a b"', 'a b'],
  ["'a $b'", 'a $b'],
  ['a.b-c', 'a.b-c'],
  ['"a"b\'c\'', 'abc'],
  ['', ''],
  ['"$a"', undefined],
  ['`a`', undefined],
  ['a\\ b', undefined],
  ['*.c', undefined],
  ['(a b)', undefined],
])('literal value of %s', (source, value) => {
  expect(literalValue(source)).toBe(value);
});
