import { expect, test } from 'vitest';
import { drawSession } from '../../../scripts/record/draw-session.ts';
import { screenOf } from '../../../scripts/record/terminal-screen.ts';

const texts = async (bytes: string, columns = 20) =>
  (await screenOf(bytes, columns)).map((parts) => parts.map(({ text }) => text).join(''));

test('what was erased or written over is not there; long lines are folded', async () => {
  expect(await texts('one\r\ntwo\r\u001b[Kthree\r\n\r\n')).toEqual(['one', 'three']);
  expect(await texts('a\r\nb\r\n\u001b[2A\u001b[Jc\r\n')).toEqual(['c']);
  expect(await texts('12345678', 5)).toEqual(['12345', '678']);
});

test('colours are those of the palette; styles end where they end', async () => {
  const plain = { colour: undefined, bold: false, dim: false };
  expect(await screenOf('a\u001b[31mb\u001b[39m \u001b[1mc\u001b[22m\u001b[2md', 20)).toEqual([
    [
      { ...plain, text: 'a' },
      { ...plain, text: 'b', colour: 1 },
      { ...plain, text: ' ' },
      { ...plain, text: 'c', bold: true },
      { ...plain, text: 'd', dim: true },
    ],
  ]);
});

test('the picture scales, and no text of a program is markup', async () => {
  const [parts = []] = await screenOf('<b>&', 20);
  const svg = drawSession([{ parts, at: 1 }], 20, 'x');
  expect(svg).toContain('&lt;b&gt;&amp;</tspan>');
  expect(svg).toMatch(/width="(\d+)" height="(\d+)" viewBox="0 0 \1 \2"/);
});
