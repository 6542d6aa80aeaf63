import { readFile } from 'node:fs/promises';
import type { DriverResult } from './kernels-table.ts';

/** What the table of an earlier run says about a kernel. */
export interface EarlierKernel {
  /** The day of that run, or its last day. */
  readonly date: string;
  /** The results that need not be measured again. They do not include failures. */
  readonly drivers: readonly DriverResult[];
}

/**
 * Reads the table that writeKernelTable has written. With it, a machine that lacks the records of a run can continue
 * the run. The key of a kernel is `SUITES RELEASE ARCHITECTURE`: two suites may have different versions of the same
 * release.
 */
export async function readKernelTable(file: string): Promise<Map<string, EarlierKernel>> {
  const text = await readFile(file, 'utf8');
  const [, date = ''] = /^Measured (?:\S+ to )?(\d{4}-\d\d-\d\d):/m.exec(text) ?? [];
  const [head = [], ...rows] = [...text.matchAll(/^\| (.*) \|$/gm)].map(([, line = '']) =>
    line.split(' | ').map((cell) => cell.trim().replaceAll('\\|', '|')),
  );
  const found = new Map<string, EarlierKernel>();
  for (const row of rows) {
    const cell = (name: string) => row[head.indexOf(name)] ?? '';
    const names = head.slice(head.indexOf('compiler') + 1, head.indexOf('why not'));
    const drivers = names.flatMap((name) => resultOf(name, cell(name), cell('why not')));
    found.set(`${cell('suite')} ${cell('kernel')} ${cell('arch')}`, { date, drivers });
  }
  return found;
}

function resultOf(name: string, cell: string, reason: string): DriverResult[] {
  const [, modules, seconds] = /^(\d+) in ([\d.]+) s$/.exec(cell) ?? [];
  const about = { name, output: [], seconds: Number(seconds ?? 0) };
  if (modules !== undefined) {
    const [status, verified] = ['built', true] as const;
    return [{ ...about, status, modules: Number(modules), verified, reason: '' }];
  }
  if (cell !== 'excluded') return [];
  const own = reason.startsWith(`${name}: `) ? reason.slice(name.length + 2) : '';
  return [{ ...about, status: 'excluded', modules: 0, verified: false, reason: own }];
}
