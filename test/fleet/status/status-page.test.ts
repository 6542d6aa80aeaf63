import { expect, test } from 'vitest';
import type { StatusEntry } from '../../../src/fleet/record/status-record.ts';
import { statusPage } from '../../../src/fleet/status/status-page.ts';
import { statusRows } from '../../../src/fleet/status/status-rows.ts';
import { statusCells, statusMarkdown } from '../../../src/fleet/status/status-table.ts';
import { printable, printableLine } from '../../../src/report/printable.ts';
import { publishedModules } from '../../support/published.ts';

const kernel = (number: number) => `6.12.${number}+deb13-amd64`;

function entry(more: Partial<StatusEntry> = {}): StatusEntry {
  return {
    driver: 'hello',
    release: kernel(9),
    architecture: 'amd64',
    suite: 'trixie',
    status: 'published',
    since: '2026-11-20T10:00:00.000Z',
    required: true,
    ...more,
  };
}

const failed = entry({
  release: kernel(10),
  status: 'failed',
  error: {
    code: 'make-failed',
    message: 'make failed',
    firstError: "hello.c:3:1: error: 'x' undeclared",
  },
});
const INDEX = [publishedModules(kernel(9), '6.12.9-1')];

test('rows: the version is that of the signed index; a package that is gone is missing', () => {
  const rows = statusRows(
    [entry({ version: '9.9' }), entry({ release: kernel(8) }), failed],
    INDEX,
  );
  expect(
    rows.map(({ release, status, version, since }) => [release, status, version, since]),
  ).toEqual([
    [kernel(10), 'failed', undefined, failed.since],
    [kernel(9), 'published', '1.0-1+6.12.9-1', failed.since],
    [kernel(8), 'missing', undefined, undefined],
  ]);
  expect(statusRows([], INDEX)).toMatchObject([
    { driver: 'hello', status: 'published', since: undefined },
  ]);
  expect(statusRows([], [])).toEqual([]);
});

test('the table has the first error, the reason of an exclusion, and what is still published', () => {
  const rows = statusRows(
    [
      { ...failed, release: kernel(9) },
      entry({ release: kernel(8), status: 'excluded', reason: 'BUILD_EXCLUSIVE_KERNEL="^6.1"' }),
      entry({ release: kernel(7), status: 'missing', required: false }),
    ],
    INDEX,
  );
  expect(rows.map((row) => statusCells(row).slice(2))).toEqual([
    [
      ...[kernel(9), 'amd64', 'failed', '1.0-1+6.12.9-1', '2026-11-20'],
      "hello.c:3:1: error: 'x' undeclared; 1.0-1+6.12.9-1 is still published",
    ],
    [kernel(8), 'amd64', 'excluded', '', '2026-11-20', 'BUILD_EXCLUSIVE_KERNEL="^6.1"'],
    [kernel(7), 'amd64', 'missing', '', '2026-11-20', 'allowed to fail'],
  ]);
});

const HOSTILE = '<script>alert(1)</script>"\'&|`*[x](javascript:1)\u001b[31m\u202e\n# heading';

test('names and errors of strangers are text: in the page, in Markdown, on a terminal', () => {
  const rows = statusRows(
    [
      entry({
        driver: HOSTILE,
        release: HOSTILE,
        architecture: HOSTILE,
        suite: HOSTILE,
        status: 'failed',
        error: { code: 'x', message: '', firstError: HOSTILE },
      }),
      entry({ status: 'excluded', reason: HOSTILE }),
    ],
    [],
  );
  const page = statusPage(rows, { title: HOSTILE, updated: HOSTILE });
  expect(page).not.toMatch(/<script|="[^"]*</);
  expect(page).toBe(printable(page));
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
  const tags = new Set([...page.matchAll(/<([a-z]\w*)/g)].map(([, tag]) => tag));
  expect([...tags].sort()).toEqual(
    'b body br code details div h1 h2 head html li meta p small style summary table tbody td th thead title tr ul'.split(
      ' ',
    ),
  );
  expect(page).not.toMatch(/\bon\w+=|javascript:[^1]|https?:/);
  for (const line of statusMarkdown(rows)) {
    expect(line).not.toMatch(/<|\n|(?<!\\)`|(?<!\\)\[x/);
    expect(line).toBe(printableLine(line));
    expect(line.match(/(?<!\\)\|/g)).toHaveLength(9);
  }
  for (const cell of rows.flatMap(statusCells)) expect(cell).toBe(printableLine(cell));
});

test('the page has a column for each driver, a row for each kernel, and the problems first', () => {
  const other = entry({ driver: 'other', release: kernel(10) });
  const index = [
    ...INDEX,
    publishedModules(kernel(10), '6.12.10-1', { name: `other-modules-${kernel(10)}` }),
  ];
  const page = statusPage(statusRows([entry(), failed, other], index), {
    title: 'Acme drivers',
    updated: '2026-11-27T10:00:00.000Z',
  });
  expect(page).toContain('<p>2 published, 1 failed, 0 missing, 0 excluded</p>');
  expect(page).toContain('as of 2026-11-27 10:00 UTC');
  const table = page.slice(page.indexOf('<table>'));
  const cells = [...table.matchAll(/<tr>.*<\/tr>/g)].map(([row]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)(?=<small|<\/t)/g)].map(([, text]) => text),
  );
  expect(cells).toEqual([
    ['kernel', 'hello', 'other'],
    [kernel(10), '✗ failed', '✓ 1.0-1'],
    [kernel(9), '✓ 1.0-1', ''],
  ]);
  expect(page.indexOf('undeclared')).toBeLessThan(page.indexOf('<table>'));
  expect(statusPage([], { title: 'x', updated: undefined })).toContain('Nothing is published');
});

// Bug: everything from the last + on was left out, and that may be a rebuild's +b2, or ~bpo12+1 of the kernel.
test.each([
  ['1.0-1+6.12.9-1', '1.0-1'],
  ['1.0-1+6.12.9-1+b2', '1.0-1+b2'],
  ['1.0-1+6.12.9-1~bpo12+1', '1.0-1'],
  ['1.0+ds1', '1.0+ds1'],
])('the page shows %s without the version of the kernel', (version, shown) => {
  const row = { ...entry(), version };
  expect(statusPage([row], { title: 'x', updated: undefined })).toContain(`✓ ${shown}<`);
});
