import type { InitRow } from './init-row.ts';
import { markdownTable } from './markdown.ts';

/** A source of drivers, and their rows. */
export interface InitGroup {
  readonly title: string;
  readonly rows: readonly InitRow[];
}

const SUMMARY = [
  ...['', 'drivers', 'init', 'both styles build', 'lintian clean', 'modules built', 'excluded'],
  ...['fails, so does its own tree', 'fails only as packaged'],
];

/** Returns the tables of docs/corpus-init.md: a summary, and one table for each group with rows. */
export function initTables(groups: readonly InitGroup[]): string[] {
  const used = groups.filter(({ rows }) => rows.length > 0);
  const head = ['driver', 'init', 'dkms-deb', 'dh', 'lintian', 'dkms build', 'reason'];
  return [
    ...markdownTable(SUMMARY, used.map(summary)),
    ...used.flatMap(({ title, rows }) => [
      '',
      `## ${title}`,
      '',
      ...markdownTable(
        head,
        [...rows]
          .sort((a, b) => a.title.localeCompare(b.title, 'en', { sensitivity: 'base' }))
          .map((row) => [
            ...[row.title, row.init, row.ours, row.dh, row.lintian, row.dkms, row.reason],
          ]),
      ),
    ]),
  ];
}

function summary({ title, rows }: InitGroup): string[] {
  const count = (test: (row: InitRow) => boolean) => rows.filter(test).length;
  const bare = count((row) => row.title.includes('(no dkms.conf)'));
  return [
    title,
    `${rows.length}${bare === 0 ? '' : ` (${bare} without dkms.conf)`}`,
    ...[
      count(({ init }) => init !== 'asks'),
      count(({ ours, dh }) => ours === 'yes' && dh === 'yes'),
      count(({ lintian }) => lintian === 'clean'),
      count(({ dkms }) => /^\d+$/.test(dkms)),
      count(({ dkms }) => dkms === 'excluded'),
      count(({ dkms }) => dkms.startsWith('fails')),
      count(({ dkms }) => dkms.startsWith('FAILS')),
    ].map(String),
  ];
}
