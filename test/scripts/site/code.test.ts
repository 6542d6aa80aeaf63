import { expect, test } from 'vitest';
import { renderCode } from '../../../scripts/site/code.ts';

const lineOf = (line: string, kind: string) =>
  /<code>(.*)<\/code>/s.exec(renderCode(`${line}\n`, kind))?.[1];

test('each line is an element, whose continuation is indented more than the line', () => {
  expect(renderCode('a\n  b: 1\n\n', 'yaml')).toBe(
    '<pre><code><span class="line" style="--hang:2ch">a\n</span><span class="line" style="--hang:4ch">  b: 1\n</span><span class="line" style="--hang:2ch">\n</span></code></pre>\n',
  );
});

test('the continuation in a tree of files begins below the description', () => {
  expect(lineOf('  src/     what it does', '')).toContain('--hang:11ch');
  expect(lineOf('  src/     what it does', 'sh')).toContain('--hang:4ch');
  expect(lineOf(`${' '.repeat(40)}far`, '')).toContain('--hang:24ch');
});

test('comments are marked, also behind a typed command; a # in a word is none', () => {
  expect(lineOf('make  # all of it', 'sh')).toContain(
    'make  <span class="comment"># all of it</span>',
  );
  expect(lineOf('$ make  # all', 'console')).toContain(
    '<span class="prompt">$ </span><b>make  </b><span class="comment"># all</span>',
  );
  expect(lineOf('$ echo a#b', 'console')).toContain('<b>echo a#b</b>\n');
  expect(lineOf('# output', 'console')).not.toContain('comment');
  expect(lineOf('a & b <c> # d', 'sh')).toContain('a &amp; b &lt;c&gt; <span class="comment"># d');
});
