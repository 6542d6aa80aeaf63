import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { writePlan } from '../../../src/fleet/plan/plan-file.ts';
import { planHere } from '../../../src/fleet/publish/plan-here.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { smallPlan } from '../../support/small-plan.ts';

const before = process.cwd();
afterEach(() => process.chdir(before));

test('bug: the plan.json here is not used if the repository and its keys are given: it may be old', async () => {
  await withTemporaryDirectory('here', async (directory) => {
    process.chdir(directory);
    const found = (repo?: string, ...key: string[]) =>
      planHere({ results: [], repo, key }, silentReporter);
    expect(await found()).toBeUndefined();
    await writePlan(join(directory, 'plan.json'), smallPlan({ repository: { path: 'site' } }));
    expect(await found('site', 'k')).toBeUndefined();
    expect(await found('site')).toBe('plan.json');
    expect(await found('other')).toBeUndefined();
    expect(await found()).toBe('plan.json');
    // The plan says what the repository is.
    expect(await found(undefined, 'k')).toBe('plan.json');
  });
});
