import { describe, expect, test } from 'vitest';
import { ConfText } from '../../../src/lint/text/conf-text.ts';
import { correctedLines } from '../../../src/lint/text/edits.ts';
import { cpuTime } from '../../support/cpu-time.ts';

describe('the assignment that sets an element is found', () => {
  const text = new ConfText('A=0\nA[0]=1\nA[2]=2\nA[$i]=3\nB=(x y)\n# A[7]=4\n');
  test.each([
    ['A', 0, 'A[0]=1'],
    ['A', 2, 'A[2]=2'],
    ['A', 9, 'A[$i]=3'],
    ['B', 1, 'B=(x y)'],
    ['C', 0, undefined],
  ])('%s[%i]', (name, index, line) => {
    const found = text.assignmentOf(name, index);
    expect(found && text.line(text.lineOf(found.start))).toBe(line);
  });
});

test('a use of a variable counts outside of comments only', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash, not JavaScript.
  const text = new ConfText('# $N\nX="$A ${B:-1} ${#C[@]} ${!D}" # $M\nY="$AB" E=1\n');
  expect(['A', 'B', 'C', 'D', 'AB'].filter((name) => !text.uses(name))).toEqual([]);
  expect(['N', 'M', 'E', 'X', 'b'].filter((name) => text.uses(name))).toEqual([]);
});

describe('hostile text is read in short time', () => {
  test('many lines of one array are read in short time', () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `M[${i}]=$v${i}`);
    const text = new ConfText(lines.join('\n'));
    const right = lines.filter(
      (_, i) => text.assignmentOf('M', i)?.index === `${i}` && text.uses(`v${i}`),
    );
    expect(right).toHaveLength(20_000);
  });

  test('many unclosed brackets are read in short time', async () => {
    const time = await cpuTime(() => {
      expect(new ConfText('a[\n'.repeat(85_000)).assignments).toEqual([]);
    });
    expect(time).toBeLessThan(3000);
  });

  test('many corrections are made in short time', () => {
    const text = new ConfText('\r\n'.repeat(131_072));
    const edits = Array.from({ length: 131_072 }, (_, i) => ({
      start: 2 * i,
      end: 2 * i + 1,
      text: '',
    }));
    expect(correctedLines(text, edits)).toMatchObject({ firstLine: 1, lastLine: 131_072 });
  });
});
