import { printableLine } from '../../report/printable.ts';
import { newerKernelFirst } from '../../repository/retention.ts';
import { escapeXml } from '../../system/text/escape-xml.ts';
import { renderTemplate } from '../../system/text/template.ts';
import { countStatuses, explainRow, type StatusRow } from './status-rows.ts';
import { dayOf } from './status-table.ts';

/** What the page shows in addition to its rows. */
export interface PageChoices {
  readonly title: string;
  /** When the repository was last published, in the format of ISO 8601. */
  readonly updated: string | undefined;
}

const WORDS: Readonly<Record<StatusRow['status'], string>> = {
  published: '✓',
  failed: '✗ failed',
  missing: '○ missing',
  excluded: '– excluded',
};

/** A kernel of a suite. It has a row in the table. */
interface PageKernel {
  readonly suite: string;
  readonly release: string;
  readonly architecture: string;
}

/**
 * Returns the status as one HTML page. It needs no scripts, images or other files. Every text is escaped, because the
 * names of drivers and the errors of compilers come from other people.
 */
export function statusPage(rows: readonly StatusRow[], { title, updated }: PageChoices): string {
  const counts = countStatuses(rows);
  const drivers = [...new Set(rows.map(({ driver }) => driver))];
  const kernels = kernelsOf(rows);
  const byPlace = new Map(rows.map((row) => [`${row.driver} ${kernelKey(row)}`, row]));
  const list = (status: StatusRow['status']) =>
    rows.filter((row) => row.status === status).map(problemOf);
  return renderTemplate('fleet/status-page', {
    title: escaped(title),
    updated: updated === undefined ? '' : escaped(updated.slice(0, 16).replace('T', ' ')),
    summary: [
      `${counts.published} published`,
      `${counts.failed} failed`,
      `${counts.missing} missing`,
      `${counts.excluded} excluded`,
    ].join(', '),
    hasRows: rows.length > 0,
    failed: list('failed'),
    // These lists may be long, and the table has the same rows. So the lists are shown only after a click.
    others: [
      { heading: `Missing (${counts.missing})`, items: list('missing') },
      { heading: `Excluded by the drivers (${counts.excluded})`, items: list('excluded') },
    ].filter(({ items }) => items.length > 0),
    drivers: drivers.map(escaped),
    kernels: kernels.map((kernel) => ({
      release: escaped(kernel.release),
      about: escaped(`${kernel.suite}, ${kernel.architecture}`),
      cells: drivers.map((driver) => cellOf(byPlace.get(`${driver} ${kernelKey(kernel)}`))),
    })),
  });
}

function kernelsOf(rows: readonly StatusRow[]): PageKernel[] {
  const kernels = new Map<string, PageKernel>();
  for (const row of rows) if (!kernels.has(kernelKey(row))) kernels.set(kernelKey(row), row);
  return [...kernels.values()].sort(
    (a, b) =>
      a.suite.localeCompare(b.suite, 'en') ||
      a.architecture.localeCompare(b.architecture, 'en') ||
      newerKernelFirst([a.release, ''], [b.release, '']),
  );
}

function kernelKey({ suite, release, architecture }: PageKernel): string {
  return `${suite} ${release} ${architecture}`;
}

function cellOf(row: StatusRow | undefined) {
  if (row === undefined) return { status: 'none', word: '', detail: '' };
  const { status, since } = row;
  const own = status === 'published' ? withoutKernel(row) : '';
  const word = [WORDS[status], own].filter(Boolean).join(' ');
  return { status, word: escaped(word), detail: escaped(dayOf(since)) };
}

/**
 * Returns the version of a package of modules without its end, which is the version of the kernel. The end begins with
 * `+` and the series of the release (`+6.12`), and is the same in the whole row of the table. The suffix of a rebuild
 * (`+b1`) stays.
 */
function withoutKernel({ version = '', release }: StatusRow): string {
  const [series] = /^\d+\.\d+/.exec(release) ?? [];
  if (series === undefined) return version;
  const at = [...version.matchAll(new RegExp(`\\+${series}(?!\\d)`, 'g'))].at(-1)?.index;
  if (at === undefined) return version;
  const [rebuild = ''] = /\+b\d+$/.exec(version.slice(at)) ?? [];
  return version.slice(0, at) + rebuild;
}

function problemOf(row: StatusRow) {
  const { driver, release, suite, architecture, status, since } = row;
  const day = dayOf(since);
  return {
    status,
    driver: escaped(driver),
    kernel: escaped(release),
    about: escaped(
      [suite, architecture, day === '' ? '' : `since ${day}`].filter(Boolean).join(', '),
    ),
    why: escaped(explainRow(row)),
  };
}

/** Escapes a text of one line for HTML elements and quoted attributes. */
function escaped(text: string): string {
  return escapeXml(printableLine(text)).replaceAll("'", '&#39;');
}
