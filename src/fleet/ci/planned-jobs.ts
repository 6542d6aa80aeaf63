import { renderTemplate } from '../../system/text/template.ts';
import type { Plan } from '../plan/plan-document.ts';
import type { CiSystem } from './ci-systems.ts';

/**
 * Returns the tasks of a plan in the format in which the CI system reads them: for GitHub the outputs of a step, for
 * GitLab a child pipeline, for Jenkins the ids of the tasks, one on each line. Each system allows MOST_TASKS jobs.
 */
export function tasksFor(system: CiSystem, plan: Plan, file: string): string {
  const tasks = plan.tasks.map(({ id }) => id);
  if (system === 'github') {
    return `tasks=${JSON.stringify(tasks)}\nany=${tasks.length > 0}`;
  }
  if (system === 'jenkins') return tasks.join('\n');
  // Without tasks, the publishing job is turned off. But if the index expires, this job must sign the index again.
  const renews = plan.repository?.['valid-for'] !== undefined;
  const publishes = plan.repository !== undefined && !renews;
  return renderTemplate('ci/gitlab-tasks', { tasks, file, publishes }).trimEnd();
}
