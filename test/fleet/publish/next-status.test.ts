import { expect, test } from 'vitest';
import type { Plan } from '../../../src/fleet/plan/plan-document.ts';
import { nextStatus } from '../../../src/fleet/publish/next-status.ts';
import type { StatusEntry } from '../../../src/fleet/record/status-record.ts';
import { publishedModules } from '../../support/published.ts';
import { KEY, smallPlan } from '../../support/small-plan.ts';

const RELEASE = '6.12.9-amd64';
const failed: StatusEntry = {
  driver: 'hello',
  suite: 'trixie',
  release: RELEASE,
  architecture: 'amd64',
  status: 'failed',
  error: { code: 'make-failed', message: 'make ended with status 2' },
  key: KEY,
  required: true,
  since: '2026-11-01T00:00:00.000Z',
};
const contents = new Map([['trixie', [publishedModules(RELEASE, '6.12.8-1')]]]);
const id = `${RELEASE}_6.12.9-1_amd64`;

function statusAfter(plan: Plan, results: Parameters<typeof nextStatus>[2] = []) {
  const now = new Date('2026-11-28T00:00:00Z');
  return nextStatus({ builds: [failed] }, plan, results, contents, now).find(
    ({ release }) => release === RELEASE,
  );
}

// Bug: a plan without results turned it into published, with the version of an older package.
test('a build that failed stays failed until it has another result', () => {
  expect(statusAfter(smallPlan())).toMatchObject({
    status: 'failed',
    since: failed.since,
    error: failed.error,
    key: KEY,
    version: '1.0-1+6.12.8-1',
  });
});

test('a build that failed is published when the plan finds it in the repository', () => {
  const kept = [{ driver: 'hello', kernel: id, key: KEY, file: 'pool/x.deb' }];
  expect(statusAfter(smallPlan({ kept, tasks: [] }))).toMatchObject({ status: 'published' });
});

test('a build that failed is excluded when the plan excludes it', () => {
  const excluded = [{ driver: 'hello', kernel: id, reason: 'BUILD_EXCLUSIVE_KERNEL' }];
  const status = statusAfter(smallPlan({ excluded, tasks: [] }));
  expect(status?.status).not.toBe('failed');
  expect(status?.error).toBeUndefined();
});
