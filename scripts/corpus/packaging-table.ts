import type { PackagingRecord } from './driver-record.ts';

/** Returns a line of the table of packagings: source and version, both outcomes, the differences. */
export function packagingRow(changelog: string, record: PackagingRecord): string[] {
  const [, source = '', version = ''] = /^(\S+) \(([^)]+)\)/.exec(changelog) ?? [];
  const outcome = ({ status }: { status: number }) => (status === 0 ? 'built' : `${status}`);
  const { payload } = record;
  const said = record.status === 0 ? (record.warnings[0] ?? '') : record.error;
  return [
    `${source} ${version}`.trim(),
    outcome(record.theirs),
    outcome(record),
    payload === undefined ? '' : differences(payload),
    said.slice(0, 160),
  ];
}

function differences(payload: readonly string[]): string {
  if (payload.length === 0) return 'equal';
  const more = payload.length > 3 ? `, … ${payload.length} in all` : '';
  return `${payload.slice(0, 3).join(', ')}${more}`;
}
