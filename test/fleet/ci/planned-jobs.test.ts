import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { tasksFor } from '../../../src/fleet/ci/planned-jobs.ts';
import type { Plan } from '../../../src/fleet/plan/plan-document.ts';
import { smallPlan } from '../../support/small-plan.ts';

function planOf(count: number, more: Partial<Plan> = {}): Plan {
  const { tasks } = smallPlan();
  const [task] = tasks;
  if (task === undefined) throw new Error('smallPlan has a task');
  const many = Array.from({ length: count }, (_, at) => ({
    ...task,
    id: `trixie-gcc14-${at + 1}`,
  }));
  return smallPlan({ tasks: many, ...more });
}

test('GitHub gets outputs of a step', () => {
  expect(tasksFor('github', planOf(2), 'x')).toBe(
    'tasks=["trixie-gcc14-1","trixie-gcc14-2"]\nany=true',
  );
  expect(tasksFor('github', planOf(0), 'x')).toBe('tasks=[]\nany=false');
});

test('Jenkins gets the ids, one a line', () => {
  expect(tasksFor('jenkins', planOf(2), 'x')).toBe('trixie-gcc14-1\ntrixie-gcc14-2');
  expect(tasksFor('jenkins', planOf(0), 'x')).toBe('');
});

test('GitLab gets a child pipeline: the same file with a matrix, or with one job that says that there is nothing', () => {
  expect(parse(tasksFor('gitlab', planOf(2), '.gitlab-ci.yml'))).toEqual({
    include: [{ local: '.gitlab-ci.yml' }],
    run: { parallel: { matrix: [{ TASK: ['trixie-gcc14-1', 'trixie-gcc14-2'] }] } },
  });
  const never = { rules: [{ when: 'never' }] };
  const jobs = (plan: Plan) => parse(tasksFor('gitlab', plan, 'ci.yml')) as Record<string, unknown>;
  expect(jobs(planOf(0))).toMatchObject({ run: never, 'nothing-to-build': {} });
  expect(jobs(planOf(0))).not.toHaveProperty('publish');
  expect(jobs(planOf(0, { repository: {} }))).toMatchObject({ run: never, publish: never });
  // An index that expires is signed again.
  const expires = { repository: { 'valid-for': '30d' } };
  expect(jobs(planOf(0, expires))).not.toHaveProperty('publish');
});
