import { markdownTable } from './markdown.ts';

const SEVERITIES = ['error', 'warning', 'info'] as const;

interface Finding {
  readonly code: string;
  readonly severity: (typeof SEVERITIES)[number];
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

/** The findings of lint in one tree. */
export interface LintRow {
  readonly name: string;
  /** The number of the tree's dkms.conf files. */
  readonly confs: number;
  readonly findings: readonly Finding[];
}

/** Returns the tables of docs/corpus-lint.md: a summary, a line for each code, a line for each tree. */
export function lintTables(rows: readonly LintRow[]): string[] {
  return [
    '',
    summary(rows),
    '',
    ...markdownTable(['code', 'severity', 'trees', 'findings', 'the first'], codeLines(rows)),
    '',
    ...markdownTable(
      ['driver', 'errors', 'warnings', 'infos'],
      rows.map(({ name, findings }) => [name, ...SEVERITIES.map((one) => codesOf(findings, one))]),
    ),
    '',
  ];
}

function summary(rows: readonly LintRow[]): string {
  const count = (test: (findings: readonly Finding[]) => boolean) =>
    rows.filter(({ findings }) => test(findings)).length;
  const confs = rows.reduce((sum, row) => sum + row.confs, 0);
  const errors = count((findings) => findings.some(({ severity }) => severity === 'error'));
  const serious = count((findings) => findings.some(({ severity }) => severity !== 'info'));
  const clean = count((findings) => findings.length === 0);
  return `${rows.length} trees with ${confs} dkms.conf files: ${errors} have errors, ${serious} errors or warnings, ${clean} nothing at all.`;
}

/** Returns a line for each code, sorted by severity, then by the number of trees that have it. */
function codeLines(rows: readonly LintRow[]): string[][] {
  const codes = new Map<
    string,
    { first: Finding; of: string; names: Set<string>; count: number }
  >();
  for (const { name, findings } of rows) {
    for (const finding of findings) {
      const known = codes.get(finding.code) ?? {
        first: finding,
        of: name,
        names: new Set<string>(),
        count: 0,
      };
      known.names.add(name);
      known.count++;
      codes.set(finding.code, known);
    }
  }
  const rank = ({ first }: { first: Finding }) => SEVERITIES.indexOf(first.severity);
  return [...codes]
    .sort(([a, x], [b, y]) => rank(x) - rank(y) || y.names.size - x.names.size || (a < b ? -1 : 1))
    .map(([code, { first, of, names, count }]) => {
      const place = first.line === undefined ? first.file : `${first.file}:${first.line}`;
      const example = `${of} ${place}: ${first.message}`;
      return [code, first.severity, String(names.size), String(count), example];
    });
}

/** Returns the codes of the findings that have this severity, such as `code ×2, other`. */
function codesOf(findings: readonly Finding[], severity: Finding['severity']): string {
  const own = findings.filter((each) => each.severity === severity).map(({ code }) => code);
  return [...new Set(own)]
    .map((code) => {
      const times = own.filter((each) => each === code).length;
      return times > 1 ? `${code} ×${times}` : code;
    })
    .join(', ');
}
