import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFleet } from '../../../src/commands/run/run-fleet.ts';
import { writePlan } from '../../../src/fleet/plan/plan-file.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { smallPlan } from '../../support/small-plan.ts';

test.each([
  [{ signPassphraseEnv: ['PIN'] }, 'a pass phrase needs --sign-key'],
  [{ signTimeout: '9' }, '--sign-timeout needs --sign-key or --sign-command'],
])('bug: %o is not ignored if the plan names a key', async (given, message) => {
  await withTemporaryDirectory('test', async (directory) => {
    const plan = join(directory, 'plan.json');
    const packages = { dbgsym: false, initramfs: 'never', dkmsRelation: 'coexist' } as const;
    const sign = { key: 'key.pem', certificate: 'key.der' };
    await writePlan(plan, smallPlan({ packages: { ...packages, sign } }));
    const args = { plan, task: [], timeout: 60, output: directory, dryRun: false, offline: true };
    const context = {
      reporter: silentReporter,
      json: false,
      print() {},
      paint: (_: unknown, text: string) => text,
      declarations: async () => [],
    };
    await expect(runFleet({ ...args, ...given }, context)).rejects.toThrow(message);
  });
});
