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

/** `2026-11-27`; '' if it is not known. */
export function dayOf(since: string | undefined): string {
  return since?.slice(0, 10) ?? '';
}

/** Returns the table in Markdown. */
export function statusMarkdown(rows: readonly StatusRow[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownCell).join(' | ')} |`;
  return [
    line(STATUS_HEADING),
    `| ${STATUS_HEADING.map(() => '---').join(' | ')} |`,
    ...rows.map((row) => line(statusCells(row))),
  ];
}

/** A name or an error of a compiler is text, neither markup nor a link (CommonMark 0.31, 2.4; HTML is allowed there). */
function markdownCell(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#!|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
