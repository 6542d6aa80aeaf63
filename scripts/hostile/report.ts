import { type HostilePart, isBad, type Judged } from '../../test/hostile/part.ts';

export type Numbered = Judged & { readonly index: number };

interface Group {
  tried: number;
  bad: number;
  strict: number;
}

/** Prints the figures by group and reports each bad input. Returns true if there is one. */
export function report(
  part: HostilePart,
  results: readonly Numbered[],
  about: { readonly peak: number; readonly files: boolean; readonly verbose: boolean },
): boolean {
  const groups = new Map<string, Group>();
  const all = { tried: 0, bad: 0, strict: 0 };
  for (const judged of results) {
    const name = about.files ? 'files' : (judged.kind.split(':')[0] ?? judged.kind);
    const group = groups.get(name) ?? { tried: 0, bad: 0, strict: 0 };
    groups.set(name, group);
    for (const counted of [group, all]) {
      counted.tried++;
      if (judged.outcome === 'strict') counted.strict++;
      else if (isBad(judged)) counted.bad++;
    }
  }
  const { strict } = part;
  const row = (words: readonly (string | number)[]) =>
    print(`| ${(strict === undefined ? words.slice(0, 3) : words).join(' | ')} |`);
  row(['kind', 'tried', 'bad', strict ?? '']);
  row(['---', '---', '---', '---']);
  for (const [name, group] of groups) row([name, group.tried, group.bad, group.strict]);
  row(['all', all.tried, all.bad, all.strict]);
  tellExtremes(results, about.peak);
  const bad = results.filter(isBad);
  const stricter = results.filter(({ outcome }) => outcome === 'strict');
  for (const judged of about.verbose ? [...bad, ...stricter] : bad) print(tell(judged));
  return bad.length > 0;
}

/** Returns a line about one input and its result. */
export function tell({ index, kind, outcome, detail }: Numbered): string {
  return `${index} ${outcome} ${kind}: ${JSON.stringify(detail.slice(0, 300))}`;
}

/**
 * Prints the slowest input and the peak of memory. The peak is the largest that the part measured for a command. If the
 * part measures no commands, it is the peak of the worker.
 */
function tellExtremes(results: readonly Numbered[], workers: number): void {
  const most = (key: 'seconds' | 'mib') =>
    results.reduce<Numbered | undefined>(
      (found, one) => ((one[key] ?? 0) > (found?.[key] ?? 0) ? one : found),
      undefined,
    );
  const slowest = most('seconds');
  const largest = most('mib');
  const memory =
    largest === undefined
      ? `${workers} MiB (harness included)`
      : `${largest.mib} MiB (${largest.index} ${largest.kind})`;
  const time = (slowest?.seconds ?? 0).toFixed(1);
  print(`\nslowest ${time} s (${slowest?.index} ${slowest?.kind}), peak memory ${memory}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
