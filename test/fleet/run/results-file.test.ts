import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TaskResults } from '../../../src/fleet/run/results-document.ts';
import { readResults, writeResults } from '../../../src/fleet/run/results-file.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { KEY, smallPlan } from '../../support/small-plan.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dkms-deb-test-results-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const plan = smallPlan();
const results: TaskResults = {
  schema: 1,
  plan: plan.sha256,
  task: 'trixie-gcc14-amd64-1',
  builds: [
    {
      driver: 'hello',
      kernel: '6.12.9-amd64_6.12.9-1_amd64',
      key: KEY,
      status: 'built',
      required: true,
      seconds: 1.5,
      file: 'hello-modules-6.12.9-amd64_1.0+6.12.9-1_amd64.deb',
      sha256: 'c'.repeat(64),
      modules: ['hello.ko.xz'],
    },
  ],
};

test('results are read as they were written; no results are no error', async () => {
  expect(await readResults(directory, plan.sha256)).toBeUndefined();
  await writeResults(directory, results);
  expect(await readResults(directory, plan.sha256)).toEqual(results);
});

test('results of another plan are none of this plan; other files are refused', async () => {
  await writeResults(directory, results);
  expect(await readResults(directory, 'd'.repeat(64))).toBeUndefined();
  const [build] = results.builds;
  const wrong = [
    '',
    '[]',
    JSON.stringify({ ...results, task: '../x' }),
    JSON.stringify({ ...results, builds: [{ ...build, file: '../../etc/passwd' }] }),
    JSON.stringify({
      ...results,
      builds: [{ ...build, error: { code: 'x', message: 'y', log: '/etc/passwd' } }],
    }),
  ];
  for (const text of wrong) {
    writeFileSync(join(directory, 'results.json'), text);
    const refused = await errorOf(() => readResults(directory, plan.sha256));
    expect(refused.code, text).toBe('results-unreadable');
  }
});
