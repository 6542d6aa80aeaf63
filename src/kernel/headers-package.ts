import { setImmediate } from 'node:timers/promises';
import { queryDpkg } from '../system/process/query-dpkg.ts';
import { run } from '../system/process/run.ts';
import { headersPackageName } from './release.ts';

/** The installed package of a kernel's headers, according to dpkg. */
export interface HeadersPackage {
  readonly source: string;
  readonly version: string;
  readonly architecture: string;
  readonly moduleDirectory: '/lib/modules' | '/usr/lib/modules';
}

/** Asks dpkg about linux-headers-<release>. Returns undefined if this package is not installed. */
export async function headersPackage(release: string): Promise<HeadersPackage | undefined> {
  const name = headersPackageName(release);
  const { packages, files } = await askTogether(name);
  const [version, architecture, status, source = 'linux'] = packages.get(name) ?? [];
  if (!version || !architecture || status !== 'installed') return undefined;
  const merged = files.includes(`\n/usr/lib/modules/${release}\n`);
  const moduleDirectory = merged ? '/usr/lib/modules' : '/lib/modules';
  return { source, version, architecture, moduleDirectory };
}

interface Answer {
  /** The values of FIELDS by package. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  /** The paths of all the packages, one per line. */
  readonly files: string;
}

const FIELDS = ['source:Version', 'Architecture', 'db:Status-Status', 'source:Package'];

let together: { readonly names: Set<string>; readonly answer: Promise<Answer> } | undefined;

/** Joins questions asked at the same time into one call, because dpkg-query reads dpkg's whole database each time. */
function askTogether(name: string): Promise<Answer> {
  if (together === undefined) {
    const names = new Set<string>();
    const answer = setImmediate().then(() => {
      together = undefined;
      return ask([...names]);
    });
    together = { names, answer };
  }
  together.names.add(name);
  return together.answer;
}

async function ask(names: readonly string[]): Promise<Answer> {
  // The field db-fsys:Files would need one call only, but takes five times as long as -L.
  const [packages, files] = await Promise.all([
    queryDpkg(['Package', ...FIELDS], names),
    // Status 1: some of the packages are not installed.
    run('dpkg-query', ['-L', ...names], { accept: [0, 1, 2] }),
  ]);
  return {
    packages: new Map(packages.map(([name = '', ...fields]) => [name, fields])),
    files: `\n${files.stdout}`,
  };
}
