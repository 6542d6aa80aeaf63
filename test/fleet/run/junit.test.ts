import { expect, test } from 'vitest';
import { junitOf } from '../../../src/fleet/run/junit.ts';
import type { BuildResult, TaskResults } from '../../../src/fleet/run/results-document.ts';
import { summaryOf } from '../../../src/fleet/run/summary.ts';
import { KEY } from '../../support/small-plan.ts';

const ODD = `<b>&"'|\`x\`\u0000\u001b[31m \ud800 ]]> \u202e`;

function result(more: Partial<BuildResult>): BuildResult {
  const common = { driver: 'hello', kernel: '6.12_1_amd64', key: KEY, required: true, seconds: 1 };
  return { ...common, status: 'built', ...more };
}

const RESULTS: TaskResults = {
  schema: 1,
  plan: 'a'.repeat(64),
  task: 'trixie-1',
  builds: [
    result({}),
    result({ status: 'excluded', reason: ODD }),
    result({
      status: 'failed',
      error: { code: 'make-failed', message: ODD, firstError: `x.c:1: error: ${ODD}` },
    }),
    result({ status: 'failed', required: false, error: { code: 'x', message: 'may fail' } }),
  ],
};

/** An element or the text between two, as XML 1.0 allows them: https://www.w3.org/TR/xml/#NT-STag. */
const PIECE =
  /^(?:<\?xml [^?<>]*\?>|<\/?[a-z]+(?: [a-z]+="(?:[^<&"]|&(?:amp|lt|gt|quot);)*")*\/?>|(?:[^<&]|&(?:amp|lt|gt|quot);)+)/;

test('JUnit: well-formed whatever drivers say; what may fail is skipped', () => {
  const xml = junitOf([RESULTS]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has none of them.
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800\ufffe\uffff]/);
  const open: string[] = [];
  for (let rest = xml; rest !== ''; ) {
    const [piece = ''] = PIECE.exec(rest) ?? [];
    expect(piece, rest.slice(0, 100)).not.toBe('');
    rest = rest.slice(piece.length);
    const [, slash, name = ''] = /^<(\/?)([a-z]+)/.exec(piece) ?? [];
    if (name === '' || piece.startsWith('<?') || piece.endsWith('/>')) continue;
    if (slash === '') open.push(name);
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
  expect(xml).toContain('tests="4" failures="1" skipped="2"');
  expect(xml.match(/<failure/g)).toHaveLength(1);
  expect(xml.match(/<skipped/g)).toHaveLength(2);
  expect(junitOf([])).toContain('<testsuites>');
});

test('the summary: counts, failures first, no Markdown or HTML of a driver', () => {
  const text = summaryOf([RESULTS]);
  expect(text).toContain('4 builds: 1 built, 1 excluded, 2 failed (1 of these required).');
  expect(text.indexOf('## Failed')).toBeLessThan(text.indexOf('## Excluded'));
  for (const part of ['<b>', '\u001b', '`x`', '\u202e']) expect(text).not.toContain(part);
  const rows = text.split('\n').filter((line) => line.startsWith('| hello'));
  // A cell of a driver adds no cell.
  expect(rows.map((line) => line.split('|').length)).toEqual([6, 6, 5, 4]);
});
