import { run } from '../../src/system/process/run.ts';
import { markdownTable, writeBetweenMarks } from './markdown.ts';

/** The results of both builds of a driver for one kernel. */
export interface Comparison {
  /** The day, such as 2026-11-21. */
  readonly date: string;
  /** The exit statuses of both builds. dkms-deb uses the same numbers as DKMS. */
  readonly dkms: number;
  readonly ours: number;
  /** The modules of dkms build. */
  readonly modules: readonly string[];
  /** Modules that differ, or that only one of the builds has. */
  readonly different: readonly string[];
  /** Modules that differ only in `srcversion` and the build id that follows from it. */
  readonly onlySrcversion?: readonly string[];
  /** Why dkms build failed: the first error of its log. */
  readonly reason: string;
  readonly seconds: { readonly dkms: number; readonly ours: number };
}

export interface Row {
  readonly name: string;
  readonly version: string;
  /** The comparisons by the release of the kernel. */
  readonly comparisons: ReadonlyMap<string, Comparison>;
}

/** Writes the suite's table between its two marks in `file`. The rest of the file is not changed. */
export async function writeTable(
  file: string,
  suite: string,
  kernels: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  const table = [
    await headline(kernels, rows),
    '',
    ...markdownTable(
      ['driver', 'version', ...kernels, 'first error'],
      rows.map((row) => cells(row, kernels)),
    ),
  ];
  await writeBetweenMarks(file, suite, table);
}

async function headline(kernels: readonly string[], rows: readonly Row[]): Promise<string> {
  const all = rows.flatMap(({ comparisons }) => [...comparisons.values()]);
  const dates = all.map(({ date }) => date).sort();
  const built = all.filter(({ dkms }) => dkms === 0);
  const modules = built.flatMap((comparison) => comparison.modules);
  const same = all.filter((comparison) => verdict(comparison).startsWith('='));
  const versions: string[] = [];
  for (const name of ['dkms', ...kernels.map((release) => `linux-headers-${release}`), 'gcc-12']) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of dpkg-query
    const query = ['-W', '-f', '${Version}', name];
    const { stdout } = await run('dpkg-query', query, { accept: [0, 1] });
    if (stdout !== '') versions.push(`${name} ${stdout}`);
  }
  return [
    `Measured ${dates[0]}${dates.at(-1) === dates[0] ? '' : ` to ${dates.at(-1)}`} with`,
    `${versions.join(', ')}: ${rows.length} drivers, ${all.length} builds, of which`,
    `${same.length} have the same outcome. ${built.length} are compiled by \`dkms build\`,`,
    `${modules.length} modules in all.`,
  ].join('\n');
}

function cells({ name, version, comparisons }: Row, kernels: readonly string[]): string[] {
  const verdicts = kernels.map((release) => {
    const comparison = comparisons.get(release);
    return comparison === undefined ? '' : verdict(comparison);
  });
  const reasons = kernels.map((release) => comparisons.get(release)?.reason ?? '').filter(Boolean);
  // Paths of this machine are removed.
  const reason = (reasons[0] ?? '').replace(/^[\s/]*\S*\/build\//, '').replaceAll('`', "'");
  return [name, version, ...verdicts, reason && `\`${reason}\``];
}

/**
 * Returns `= 2` for two equal modules, `= 2, srcversion apart`, `= excluded` or `= fails (10)`. A text for a difference
 * does not begin with `=`.
 */
export function verdict(comparison: Comparison): string {
  const { dkms, ours, modules, different, onlySrcversion = [] } = comparison;
  if (dkms !== ours) return `**${outcome(dkms)} against ${outcome(ours)}**`;
  if (different.length > 0 && different.length === onlySrcversion.length) {
    return `= ${modules.length}, srcversion apart`;
  }
  if (different.length > 0) return `**${different.length} of ${modules.length} differ**`;
  return dkms === 0 ? `= ${modules.length}` : `= ${outcome(dkms)}`;
}

function outcome(status: number): string {
  if (status === 0) return 'built';
  return status === 77 ? 'excluded' : `fails (${status})`;
}
