import { setImmediate } from 'node:timers/promises';
import { run } from '../system/process/run.ts';
import { headersPackageName } from './release.ts';

/** What dpkg knows of an installed package of a kernel's headers. */
export interface HeadersPackage {
  readonly source: string;
  readonly version: string;
  readonly architecture: string;
  readonly moduleDirectory: '/lib/modules' | '/usr/lib/modules';
}

/** What dpkg knows of linux-headers-<release>; undefined if that is not an installed package. */
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
  /** Fields by package, as FIELDS has them. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  /** Paths of all the packages, a line each. */
  readonly files: string;
}

const FIELDS = ['source:Version', 'Architecture', 'db:Status-Status', 'source:Package'];

let together: { readonly names: Set<string>; readonly answer: Promise<Answer> } | undefined;

/** What is asked at one moment is one call: dpkg-query reads dpkg's whole database each time. */
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
  const format = `${['Package', ...FIELDS].map((field) => `\${${field}}`).join('\t')}\n`;
  // 1: some of them are not installed.
  const accept = [0, 1, 2];
  // Its \${db-fsys:Files} would be one call, but takes dpkg-query five times as long as -L.
  const [shown, files] = await Promise.all([
    run('dpkg-query', ['-W', '-f', format, ...names], { accept }),
    run('dpkg-query', ['-L', ...names], { accept }),
  ]);
  const lines = shown.stdout.split('\n').map((line) => line.split('\t'));
  return {
    packages: new Map(lines.map(([name = '', ...fields]) => [name, fields])),
    files: `\n${files.stdout}`,
  };
}
