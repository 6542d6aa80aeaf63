import { resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import { warnOfChangedConfig } from '../../fleet/plan/changed-config.ts';
import { planHere } from '../../fleet/publish/plan-here.ts';
import { plannedKeys } from '../../fleet/publish/planned-keys.ts';
import { readInput } from '../../fleet/publish/read-input.ts';
import { readStatus } from '../../fleet/status/read-status.ts';
import { statusPage } from '../../fleet/status/status-page.ts';
import { countStatuses, explainRow, type StatusRow } from '../../fleet/status/status-rows.ts';
import { STATUS_HEADING, statusCells, statusMarkdown } from '../../fleet/status/status-table.ts';
import { formatTable } from '../../report/table.ts';
import { checkSuite } from '../../repository/repository-layout.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';

export interface StatusArguments {
  readonly results: readonly string[];
  readonly repo?: string | undefined;
  readonly plan?: string | undefined;
  readonly suite: readonly string[];
  readonly key: readonly string[];
  readonly md: boolean;
  readonly html: boolean;
  readonly title: string;
}

/** Prints the table of drivers and kernels, as text, Markdown or HTML. */
export async function showStatus(
  args: StatusArguments,
  context: CommandContext,
): Promise<CommandResult> {
  if (args.md && args.html) {
    throw new UsageError('--md and --html cannot be combined', {
      hint: 'Give only one of the two options.',
    });
  }
  const { results, plan } = args;
  const input = await readInput({ results, plan }, context.reporter);
  // The plan.json of the current directory is read only for the repository and its keys. Whether the builds of this
  // plan are done does not matter.
  const here = await planHere(args, context.reporter);
  const naming =
    here === undefined ? input : await readInput({ results: [], plan: here }, context.reporter);
  if (naming.plan !== undefined && naming.planFile !== undefined) {
    await warnOfChangedConfig(naming.plan, naming.planFile, context.reporter);
  }
  const planned = naming.plan?.repository;
  const named =
    planned?.path === undefined ? planned?.url : resolve(naming.planDirectory ?? '.', planned.path);
  const repository = args.repo ?? named;
  if (repository === undefined) {
    throw new UsageError('the repository is not named', {
      hint: 'Name the directory or URL of the repository (--repo DIR), or a plan of a dkms-deb.yaml with repository: (--plan plan.json).',
    });
  }
  const place = {
    repository,
    suites: args.suite.map(checkSuite),
    keys: args.key.length > 0 ? args.key : plannedKeys(naming),
  };
  const { rows, updated } = await readStatus(place, input, context.reporter);
  for (const line of linesOf(rows, args, updated)) context.print(line);
  const document = {
    repository,
    updated: updated ?? null,
    counts: countStatuses(rows),
    builds: rows.map(({ since, ...row }) => ({
      ...row,
      since: since ?? null,
      why: explainRow({ ...row, since }),
    })),
  };
  return { exitStatus: 0, document };
}

function linesOf(
  rows: readonly StatusRow[],
  { md, html, title }: StatusArguments,
  updated: string | undefined,
): string[] {
  if (html) return [statusPage(rows, { title, updated }).trimEnd()];
  if (md) return statusMarkdown(rows);
  const width = process.stdout.columns ?? Number.POSITIVE_INFINITY;
  return formatTable(STATUS_HEADING, rows.map(statusCells), width);
}
