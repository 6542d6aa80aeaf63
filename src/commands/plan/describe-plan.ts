import type { Plan, PlannedBuild } from '../../fleet/plan/plan-document.ts';
import { printableLine } from '../../report/printable.ts';
import type { CommandReporter } from '../../report/reporter.ts';
import { formatTable } from '../../report/table.ts';
import { elapsed } from '../../report/task-board.ts';

interface Telling {
  /** Whether each build is listed, with what is published or excluded, and the time that each driver takes. */
  readonly explain: boolean;
  readonly print: (line: string) => void;
  readonly reporter: CommandReporter;
}

/**
 * Prints what a plan contains: its tasks, and the number of builds for each reason. With `explain`, also prints each
 * build, what is published or excluded, and the time that each driver takes.
 */
export function describePlan(plan: Plan, { explain, print, reporter }: Telling): void {
  const { tasks, kept, excluded, kernels, drivers } = plan;
  if (explain) for (const line of [...explanation(plan), ...costsOf(drivers)]) print(line);
  reporter.table(
    ['task', 'builds', 'estimate'],
    tasks.map(({ id, builds, cost }) => [id, `${builds.length}`, elapsed(cost)]),
  );
  const builds = tasks.flatMap((task) => task.builds);
  const reasons = [...countReasons(builds)].map(([reason, count]) => `${count} ${reason}`);
  reporter.note(
    `${drivers.length} drivers, ${kernels.length} kernels: ${builds.length} to build${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}, ${kept.length} published, ${excluded.length} excluded.`,
  );
}

function explanation({ tasks, kept, excluded }: Plan): string[] {
  const rows = [
    ...tasks.flatMap(({ id, builds }) =>
      builds.map(({ driver, kernel, reason, rebuild }) => [
        driver,
        kernel,
        `build${rebuild === undefined ? '' : ` as +b${rebuild}`}: ${reason}`,
        id,
      ]),
    ),
    ...kept.map(({ driver, kernel, file }) => [driver, kernel, 'published', file]),
    ...excluded.map(({ driver, kernel, reason }) => [driver, kernel, 'excluded', reason]),
  ];
  const printable = rows.map((row) => row.map(printableLine));
  return rows.length === 0
    ? []
    : formatTable(['driver', 'kernel', 'result', ''], printable, width());
}

function width(): number {
  return process.stdout.columns ?? Number.POSITIVE_INFINITY;
}

/**
 * Returns a table: for each driver, the seconds that a build for one kernel takes, and where this number comes from.
 * Builds are divided into tasks by these times.
 */
function costsOf(drivers: Plan['drivers']): string[] {
  const rows = drivers.map(({ id, cost: { seconds, builds } }) => [
    id,
    `${seconds.toFixed(1)} s`,
    builds === 0 ? 'estimated from the size of its source' : `median of ${builds} earlier builds`,
  ]);
  return rows.length === 0 ? [] : formatTable(['driver', 'for one kernel', ''], rows, width());
}

function countReasons(builds: readonly PlannedBuild[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { reason, neededBy } of builds) {
    const name = neededBy === undefined ? reason : 'needed by others';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Returns the document of --json (docs/json.md). */
export function planDocument(plan: Plan): object {
  const { sha256, tasks, kept, excluded, kernels, drivers } = plan;
  const builds = tasks.flatMap((task) => task.builds);
  return {
    sha256,
    drivers: drivers.length,
    costs: drivers.map(({ id, cost }) => ({ driver: id, ...cost })),
    kernels: kernels.length,
    tasks: tasks.map((task) => ({ ...task, builds: task.builds.length })),
    builds: builds.map(({ driver, kernel, key, reason, rebuild }) => ({
      driver,
      kernel,
      key,
      reason,
      ...(rebuild !== undefined && { rebuild }),
    })),
    kept: kept.length,
    excluded,
    reasons: [...countReasons(builds)].map(([reason, count]) => ({ reason, count })),
  };
}
