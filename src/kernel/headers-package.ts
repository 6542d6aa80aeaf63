import { setImmediate } from 'node:timers/promises';
import { queryDpkg } from '../system/process/query-dpkg.ts';
import { run } from '../system/process/run.ts';
import { headersPackageOf } from './headers-hint.ts';
import { debianRelease, headersPackageName } from './release.ts';

/** The installed package with the headers of a kernel, as dpkg describes it. */
export interface HeadersPackage {
  readonly name: string;
  readonly source: string;
  readonly version: string;
  readonly architecture: string;
  readonly moduleDirectory: '/lib/modules' | '/usr/lib/modules';
}

/**
 * Asks dpkg about the package with the headers of a kernel: linux-headers-<release>, or the name that headersPackageOf
 * returns. Returns undefined if no such package is installed, or if it has the headers of another release.
 */
export async function headersPackage(release: string): Promise<HeadersPackage | undefined> {
  const names = [...new Set([headersPackageName(release), headersPackageOf(release)])];
  const answers = await Promise.all(names.map(askTogether));
  for (const [at, name] of names.entries()) {
    const { packages, files } = answers[at] ?? { packages: new Map(), files: '' };
    const [version, architecture, status, source = 'linux'] = packages.get(name) ?? [];
    if (!version || !architecture || status !== 'installed') continue;
    // A package with the same name for all releases may have the headers of another release.
    const lists = ['/lib/modules', '/usr/lib/modules'].find((directory) =>
      files.includes(`\n${directory}/${release}\n`),
    );
    if (lists === undefined && !name.endsWith(`-${debianRelease(release)}`)) continue;
    const moduleDirectory = lists === '/usr/lib/modules' ? lists : '/lib/modules';
    return { name, source, version, architecture, moduleDirectory };
  }
  return undefined;
}

interface Answer {
  /** The values of FIELDS for each package. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  /** The paths of all files of these packages, one on each line. */
  readonly files: string;
}

const FIELDS = ['source:Version', 'Architecture', 'db:Status-Status', 'source:Package'];

let together: { readonly names: Set<string>; readonly answer: Promise<Answer> } | undefined;

/**
 * Answers several callers that ask at the same time with one call of dpkg-query, because each call reads the whole
 * database of dpkg.
 */
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
  // The list of files comes from a second call, with -L. The field db-fsys:Files would save that call, but takes five
  // times as long.
  const [packages, files] = await Promise.all([
    queryDpkg(['Package', ...FIELDS], names),
    // The exit status 1 means that some of the packages are not installed, 2 that dpkg-query refuses a name, as it does
    // with `~`, or cannot read the database.
    run('dpkg-query', ['-L', ...names], { accept: [0, 1, 2] }),
  ]);
  return {
    packages: new Map(packages.map(([name = '', ...fields]) => [name, fields])),
    files: `\n${files.stdout}`,
  };
}
