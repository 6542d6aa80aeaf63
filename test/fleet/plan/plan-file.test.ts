import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { planText, readPlan, sealPlan, writePlan } from '../../../src/fleet/plan/plan-file.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { smallPlan } from '../../support/small-plan.ts';

const directory = mkdtempSync(join(tmpdir(), 'dkms-deb-test-plan-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'plan.json');

test('a plan is read as it was written, and each build has a line', async () => {
  const plan = smallPlan();
  await writePlan(file, plan);
  expect(await readPlan(file)).toEqual(plan);
  const lines = readFileSync(file, 'utf8').split('\n');
  expect(lines.filter((line) => line.includes('"reason":"new kernel"'))).toHaveLength(2);
});

test('the order of keys does not matter, a changed value does', async () => {
  const { schema, sha256, ...rest } = smallPlan();
  const turned = Object.fromEntries(Object.entries({ ...rest, sha256, schema }).reverse());
  writeFileSync(file, JSON.stringify(turned));
  expect((await readPlan(file)).sha256).toBe(sha256);
  for (const change of [{ tool: '9' }, { tasks: [] }, { host: 'arm64' }]) {
    writeFileSync(file, JSON.stringify({ ...smallPlan(), ...change }));
    expect((await errorOf(() => readPlan(file))).code).toBe('plan-edited');
  }
});

test('an empty plan is a plan', async () => {
  const { sha256: _, ...rest } = smallPlan();
  const empty = sealPlan({ ...rest, tasks: [] });
  writeFileSync(file, planText(empty));
  expect((await readPlan(file)).tasks).toEqual([]);
});

/** An id or path that would leave its directory, or would be an option of a program. */
const BAD: readonly (readonly [string, (plan: ReturnType<typeof smallPlan>) => unknown])[] = [
  ['a task id with a slash', (plan) => ({ ...plan, tasks: [{ ...plan.tasks[0], id: '../x' }] })],
  [
    'a task id of 64 letters',
    (plan) => ({ ...plan, tasks: [{ ...plan.tasks[0], id: 'a'.repeat(64) }] }),
  ],
  [
    'a driver that is an option',
    (plan) => ({ ...plan, drivers: [{ ...plan.drivers[0], id: '--x' }] }),
  ],
  ['a short sha256', (plan) => ({ ...plan, configuration: 'abc' })],
  ['an unknown key', (plan) => ({ ...plan, more: 1 })],
  ['no tasks', (plan) => ({ ...plan, tasks: undefined })],
  ['a list', () => []],
  ['nothing', () => null],
];

test.for(BAD)('%s is not a plan', async ([, change]) => {
  writeFileSync(file, JSON.stringify(change(smallPlan())));
  expect((await errorOf(() => readPlan(file))).code).toBe('plan-unreadable');
});

test('other files are told apart: none, not JSON, of another version', async () => {
  expect((await errorOf(() => readPlan(join(directory, 'none')))).code).toBe('plan-missing');
  writeFileSync(file, '{');
  expect((await errorOf(() => readPlan(file))).code).toBe('plan-unreadable');
  writeFileSync(file, JSON.stringify({ ...smallPlan(), schema: 2, new: true }));
  const error = await errorOf(() => readPlan(file));
  expect(error.code).toBe('plan-version');
  expect(error.message).toBe(
    'this plan has version 2 of the format, but this dkms-deb reads version 1',
  );
});
