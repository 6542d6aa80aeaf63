import { basename } from 'node:path';
import { type DkmsDebError, EXIT } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { errorDocument } from '../../report/error-document.ts';
import type { CommandReporter } from '../../report/reporter.ts';
import { elapsed } from '../../report/task-board.ts';

/** What became of one kernel. */
export interface KernelOutcome {
  readonly release: string;
  /** Undefined where there are none. */
  readonly headers?: KernelHeaders | undefined;
  readonly status: 'built' | 'excluded' | 'failed';
  /** From the search for its headers to the written packages. */
  readonly seconds: number;
  /** Of a kernel that was built. */
  readonly dkmsName?: string;
  readonly file?: string;
  readonly dbgsym?: string;
  readonly modules?: readonly string[];
  readonly error?: DkmsDebError;
}

/** Tells each failure; of several kernels also a table, and the count. */
export function summarise(outcomes: readonly KernelOutcome[], reporter: CommandReporter): void {
  const several = outcomes.length > 1;
  for (const { release, status, error } of outcomes) {
    if (error === undefined) continue;
    if (status === 'excluded' && several) reporter.note(`${release}: excluded: ${error.message}`);
    else reporter.failure(error, several ? release : undefined);
  }
  if (!several) return;
  reporter.table(['kernel', 'status', 'modules', 'time', 'file'], outcomes.map(row));
  const count = (status: string) => outcomes.filter((o) => o.status === status).length;
  reporter.note(
    `${outcomes.length} kernels: ${count('built')} built, ${count('excluded')} excluded, ${count('failed')} failed.`,
  );
}

function row({ release, status, modules, seconds, file }: KernelOutcome): string[] {
  return [
    release,
    status,
    modules === undefined ? '' : `${modules.length}`,
    elapsed(seconds),
    file === undefined ? '' : basename(file),
  ];
}

/** 0 where every kernel was built or excluded, 77 where all were excluded, else that of the first failure. */
export function exitStatusOf(outcomes: readonly KernelOutcome[]): number {
  const failed = outcomes.find((outcome) => outcome.status === 'failed');
  if (failed?.error !== undefined) return failed.error.exitStatus;
  return outcomes.every((outcome) => outcome.status === 'excluded') ? EXIT.excluded : 0;
}

/** One of `kernels` in the document of --json (docs/bmdeb.md). */
export function toDocument(outcome: KernelOutcome): unknown {
  const { release, headers, status, seconds, file, dbgsym, modules, error } = outcome;
  return {
    release,
    architecture: headers?.architecture ?? null,
    status,
    seconds: Number(seconds.toFixed(2)),
    ...(file === undefined ? {} : { file, modules }),
    ...(dbgsym === undefined ? {} : { dbgsym }),
    ...(error === undefined ? {} : { error: errorDocument(error) }),
  };
}
