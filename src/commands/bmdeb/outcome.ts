import { basename } from 'node:path';
import { EXIT } from '../../errors.ts';
import type { KernelOutcome, MetaOutcome } from '../../pipelines/bmdeb/kernel-outcome.ts';
import { errorDocument } from '../../report/error-document.ts';
import type { CommandReporter } from '../../report/reporter.ts';
import { elapsed } from '../../report/task-board.ts';
import { someNames } from '../../system/text/some-names.ts';
import { sameErrors } from './same-errors.ts';

/**
 * Reports the failures. An error that several kernels have is reported once. For several kernels, also reports the
 * excluded ones, a table, and the numbers of outcomes. After a dry run, the text says what would be built.
 */
export function summarise(
  outcomes: readonly KernelOutcome[],
  reporter: CommandReporter,
  { dryRun = false } = {},
): void {
  const several = outcomes.length > 1;
  const isNote = ({ status }: KernelOutcome) => status === 'excluded' && several;
  for (const outcome of outcomes.filter(isNote)) {
    reporter.note(`${outcome.release}: excluded: ${outcome.error?.message}`);
  }
  for (const { error, releases } of sameErrors(outcomes.filter((one) => !isNote(one)))) {
    const [first, ...others] = releases;
    reporter.failure(error, several ? first : undefined);
    if (others.length > 0) {
      reporter.note(
        `  The same error for ${others.length === 1 ? 'another kernel' : `${others.length} other kernels`}: ${someNames(others, 10)}.`,
      );
    }
  }
  if (!several) {
    if (dryRun && outcomes[0]?.status === 'built') {
      reporter.note(`${outcomes[0].release}: the package would be built; nothing was written.`);
    }
    return;
  }
  reporter.table(
    ['kernel', 'status', 'modules', 'time', 'file'],
    outcomes.map((one) => row(one, dryRun)),
  );
  const count = (status: string) => outcomes.filter((o) => o.status === status).length;
  reporter.note(
    `${outcomes.length} kernels: ${count('built')} ${dryRun ? 'would be built' : 'built'}, ${count('excluded')} excluded, ${count('failed')} failed.`,
  );
}

function row(
  { release, status, modules, seconds, file }: KernelOutcome,
  dryRun: boolean,
): string[] {
  return [
    release,
    dryRun && status === 'built' ? 'would build' : status,
    modules === undefined ? '' : `${modules.length}`,
    elapsed(seconds),
    file === undefined ? '' : basename(file),
  ];
}

/**
 * Returns the exit status. If a kernel or metapackage failed, it is the status of the first failure. Otherwise it is 77
 * if all kernels are excluded, else 0.
 */
export function exitStatusOf(
  outcomes: readonly KernelOutcome[],
  metas: readonly MetaOutcome[],
): number {
  const failed = [...outcomes, ...metas].find((outcome) => outcome.status === 'failed');
  if (failed?.error !== undefined) return failed.error.exitStatus;
  return outcomes.every((outcome) => outcome.status === 'excluded') ? EXIT.excluded : 0;
}

/** Returns an element of `kernels` in the document of --json (docs/json.md). */
export function toDocument(outcome: KernelOutcome): unknown {
  const { release, headers, remote, status, seconds, file, dbgsym, modules, buildKey, error } =
    outcome;
  return {
    release,
    architecture: (headers ?? remote)?.architecture ?? null,
    status,
    seconds: Number(seconds.toFixed(2)),
    ...(file === undefined ? {} : { file, modules }),
    ...(dbgsym === undefined ? {} : { dbgsym }),
    ...(buildKey && { buildKey: buildKey.key, buildInputs: buildKey.inputs }),
    ...(error === undefined ? {} : { error: errorDocument(error) }),
  };
}

/** Returns an element of `metas` in the document of --json. */
export function toMetaDocument(outcome: MetaOutcome): unknown {
  const { flavour, release, architecture, status, file, error } = outcome;
  return {
    flavour,
    release,
    architecture: architecture || null,
    status,
    ...(file === undefined ? {} : { file }),
    ...(error === undefined ? {} : { error: errorDocument(error) }),
  };
}
