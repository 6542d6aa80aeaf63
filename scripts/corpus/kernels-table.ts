import { markdownTable, writeBetweenMarks } from './markdown.ts';

/** The result of one driver for one kernel. */
export interface DriverResult {
  readonly name: string;
  readonly status: 'built' | 'excluded' | 'failed';
  readonly seconds: number;
  /** The number of modules in the package. */
  readonly modules: number;
  /** Whether dkms-deb verify accepts the package. */
  readonly verified: boolean;
  /** Why there is no verified package; '' if there is one. */
  readonly reason: string;
  /** Lines of output of the program that failed. */
  readonly output: readonly string[];
}

/** A kernel of the archive, and what was built for it. */
export interface KernelRecord {
  readonly release: string;
  readonly version: string;
  readonly architecture: string;
  readonly flavour: string;
  readonly compiler: string | null;
  readonly suites: readonly string[];
  /** The size of the headers' packages in bytes. */
  readonly size: number;
  /** The day, such as 2026-11-27. */
  readonly date: string;
  readonly drivers: readonly DriverResult[];
}

/**
 * Writes the table of kernels between the two marks `kernels` in `file`. `records` are the kernels that have a
 * result, `listed` is the number of all kernels.
 */
export async function writeKernelTable(
  file: string,
  records: readonly KernelRecord[],
  listed: number,
): Promise<void> {
  const names = [...new Set(records.flatMap(({ drivers }) => drivers.map(({ name }) => name)))];
  const rows = records.map((record) => [
    record.suites.join(', '),
    record.architecture,
    record.release,
    record.compiler ?? 'unknown',
    ...names.map((name) => cell(record.drivers.find((one) => one.name === name))),
    reasonOf(record),
  ]);
  await writeBetweenMarks(file, 'kernels', [
    ...headline(records, names, listed),
    '',
    ...markdownTable(['suite', 'arch', 'kernel', 'compiler', ...names, 'why not'], rows),
  ]);
}

function headline(
  records: readonly KernelRecord[],
  names: readonly string[],
  listed: number,
): string[] {
  const days = records.map(({ date }) => date).sort();
  const when = days[0] === days.at(-1) ? days[0] : `${days[0]} to ${days.at(-1)}`;
  return [
    `Measured ${when}: ${records.length} of the ${listed} kernels that the archive lists.`,
    '',
    ...names.map((name) => {
      const results = records.flatMap(({ drivers }) => drivers.filter((one) => one.name === name));
      const count = (wanted: (one: DriverResult) => boolean) => results.filter(wanted).length;
      const verified = count((one) => one.verified);
      const excluded = count(({ status }) => status === 'excluded');
      const failed = results.length - verified - excluded;
      return `- ${name}: ${results.length} kernels, ${verified} built and verified, ${excluded} excluded, ${failed} failed.`;
    }),
  ];
}

function cell(result: DriverResult | undefined): string {
  if (result === undefined) return '';
  if (result.verified) return `${result.modules} in ${result.seconds} s`;
  return result.status === 'excluded' ? 'excluded' : '**failed**';
}

/** Returns the first reason, at most 20 words: docs/ allows a cell no more than 25. */
function reasonOf({ drivers }: KernelRecord): string {
  const [first] = drivers.filter(({ verified }) => !verified);
  if (first === undefined) return '';
  const error = first.output.find((line) => /error/i.test(line)) ?? '';
  const words = `${first.name}: ${first.reason} ${error}`.trim().replaceAll('`', "'").split(/\s+/);
  return words.length > 20 ? `${words.slice(0, 20).join(' ')} …` : words.join(' ');
}
