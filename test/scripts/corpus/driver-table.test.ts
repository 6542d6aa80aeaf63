import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type {
  BmdebStep,
  DriverRecord,
  KernelBuild,
} from '../../../scripts/corpus/driver-record.ts';
import { driverTable, summaryTable } from '../../../scripts/corpus/driver-table.ts';
import { markdownTable, writeBetweenMarks } from '../../../scripts/corpus/markdown.ts';

const RELEASE = '6.12.1-amd64';
const step = { status: 0, seconds: 1, error: '', warnings: [] };
const built: KernelBuild = {
  status: 'built',
  reason: '',
  modules: { 'toy.ko': { bytes: '1', code: '1' } },
};
const bmdeb: BmdebStep = { ...step, kernels: { [RELEASE]: built } };
const good: DriverRecord = {
  name: 'owner/toy',
  product: 'now',
  commit: '0',
  date: '2026-11-27',
  kind: 'root',
  packaged: false,
  judgement: { how: 'dkms', kernels: { [RELEASE]: built } },
  lint: { ...step, findings: { 'clean-ignored': 2 } },
  init: { ...step, options: [], fixmes: [], doubts: [] },
  build: step,
  debhelper: step,
  payload: [],
  verify: step,
  bmdeb: { tree: bmdeb, afterInit: bmdeb, package: bmdeb },
};
const refused: BmdebStep = {
  ...step,
  status: 8,
  error: 'conf-invalid: no',
  kernels: { [RELEASE]: { status: 'failed', reason: 'conf-invalid: no', modules: {} } },
};
const bad: DriverRecord = {
  ...good,
  name: 'owner/lathe',
  init: { ...good.init, options: ['--set', 'PACKAGE_VERSION=0.1'], fixmes: ['the licence'] },
  payload: ['dh: usr/src/lathe-0.1/a|b.c'],
  bmdeb: { tree: refused, afterInit: bmdeb, package: bmdeb },
};

test('a line for each driver: what was built, and what went wrong', () => {
  expect(driverTable([good, bad], [RELEASE]).slice(2)).toEqual([
    '| owner/toy | root | yes |  | yes | yes | 2 | yes | 1; = = = |  |',
    '| owner/lathe | root | 1 FIXME | --set PACKAGE_VERSION=0.1 | yes | 1 paths differ | 2 | yes | 1; **–** = = | conf-invalid: no |',
  ]);
});

test('counts of two products stand beside each other', () => {
  const table = summaryTable(
    [
      { label: 'before', records: [bad] },
      { label: 'now', records: [good, bad] },
    ],
    [RELEASE],
  );
  expect(table[0]).toBe('|  | before | now |');
  expect(table).toContain('| … and needs no option | 0 of 1 | 1 of 2 |');
  expect(table).toContain(
    '| 6.12, dkms.conf: modules of bmdeb as cloned right | 0 of 1 | 1 of 2 |',
  );
  expect(table).toContain('| a command that did not end in time | 0 | 0 |');
});

test('a table is written between its two marks, and nowhere else', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'marks-'));
  const file = join(directory, 'page.md');
  await writeFile(file, 'above\n<!-- x: begin -->\nold\n<!-- x: end -->\nbelow\n');
  await writeBetweenMarks(file, 'x', markdownTable(['a'], [['b|c']]));
  expect(await readFile(file, 'utf8')).toBe(
    'above\n<!-- x: begin -->\n| a |\n|---|\n| b\\|c |\n<!-- x: end -->\nbelow\n',
  );
  await expect(writeBetweenMarks(file, 'y', [])).rejects.toThrow("must have '<!-- y: begin -->'");
  await rm(directory, { recursive: true });
});
