import { markdownTable } from '../../report/markdown-table.ts';
import { printableLine } from '../../report/printable.ts';
import { explainRow, type StatusRow } from './status-rows.ts';

export const STATUS_HEADING = [
  'driver',
  'suite',
  'kernel',
  'arch',
  'status',
  'version',
  'since',
  'why',
];

/** Returns the cells of a row as texts of one line that cannot control a terminal. */
export function statusCells(row: StatusRow): string[] {
  const { driver, suite, release, architecture, status, version, since } = row;
  const cells = [driver, suite, release, architecture, status];
  return [...cells, version ?? '', dayOf(since), explainRow(row)].map(printableLine);
}

/** Returns the day of a time, such as `2026-11-27`; '' if the time is not known. */
export function dayOf(since: string | undefined): string {
  return since?.slice(0, 10) ?? '';
}

/** Returns the table in Markdown. */
export function statusMarkdown(rows: readonly StatusRow[]): string[] {
  return markdownTable(STATUS_HEADING, rows.map(statusCells));
}
