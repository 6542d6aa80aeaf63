import { markdownTable } from '../../report/markdown-table.ts';
import type { BuildResult, TaskResults } from './results-document.ts';

/**
 * The most rows of a table. The number of the other rows is below it. GitHub shows 1 MB of a summary, and a row has
 * about 300 bytes.
 */
const MOST_ROWS = 1000;

/**
 * Returns the results of tasks as Markdown. First come the counts, then the failed builds, then the excluded builds,
 * then for how many kernels each driver was built.
 */
export function summaryOf(all: readonly TaskResults[]): string {
  const builds = all.flatMap((one) => one.builds);
  const of = (status: BuildResult['status']) => builds.filter((one) => one.status === status);
  const [built, excluded, failed] = [of('built'), of('excluded'), of('failed')];
  const required = failed.filter((one) => one.required);
  const lines = [
    '# dkms-deb run',
    '',
    `${builds.length} builds: ${built.length} built, ${excluded.length} excluded, ${failed.length} failed (${required.length} of these required).`,
    '',
  ];
  if (failed.length > 0) {
    const row = (one: BuildResult) => [
      one.driver,
      one.kernel,
      one.required ? 'failed' : 'failed, allowed',
      one.error?.firstError ?? one.error?.message ?? '',
    ];
    lines.push(
      '## Failed',
      '',
      ...table(['driver', 'kernel', 'result', 'first error'], failed.map(row)),
      '',
    );
  }
  if (excluded.length > 0) {
    const row = ({ driver, kernel, reason = '' }: BuildResult) => [driver, kernel, reason];
    lines.push('## Excluded', '', ...table(['driver', 'kernel', 'reason'], excluded.map(row)), '');
  }
  if (built.length > 0) {
    const counts = new Map<string, number>();
    for (const { driver } of built) counts.set(driver, (counts.get(driver) ?? 0) + 1);
    const rows = [...counts].map(([driver, count]) => [driver, String(count)]);
    lines.push('## Built', '', ...table(['driver', 'kernels'], rows), '');
  }
  return `${lines.join('\n')}`;
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const shown = rows.slice(0, MOST_ROWS).map((cells) => cells.map((cell) => cell.slice(0, 500)));
  const more = rows.length - MOST_ROWS;
  return [...markdownTable(heading, shown), ...(more > 0 ? ['', `… and ${more} more.`] : [])];
}
