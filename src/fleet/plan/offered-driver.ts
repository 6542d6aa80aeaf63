import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AptRoot } from '../../archives/apt/apt-root.ts';
import { runApt } from '../../archives/apt/apt-root.ts';
import { fetchDebs, type Offered } from '../../archives/store/fetch-debs.ts';
import { debFile, type HeaderStore } from '../../archives/store/header-store.ts';
import { InputError, KernelError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { writeWhole } from '../../system/files/output.ts';
import { didYouMean } from '../../system/text/did-you-mean.ts';
import type { DriverSpec } from './driver-spec.ts';

/**
 * Returns the package that apt chooses for a name, and the path of its .deb in the store. Offline, apt's choice of an
 * earlier run is used. `together` is the result of offeredTogether. Throws InputError `no-such-driver`, KernelError
 * `not-fetched`, and the other errors of fetchDebs.
 */
export async function offeredDriver(
  { root, store }: { readonly root: AptRoot | undefined; readonly store: HeaderStore },
  name: string,
  suite: string | undefined,
  together: ReadonlyMap<string, Offered>,
  reporter: Reporter,
): Promise<{ package: Offered; file: string }> {
  const word = wordOf(name, suite);
  const record = join(store.directory, 'drivers', `${word.replaceAll('/', '_')}.json`);
  const found =
    root === undefined ? await recorded(record) : (together.get(word) ?? (await asked(root, word)));
  if (found === undefined) {
    const message =
      root === undefined
        ? `no earlier run has recorded which version of the package ${word} apt chooses`
        : `the archives have no package ${word}`;
    throw new InputError('no-such-driver', message, {
      hint:
        root === undefined
          ? 'Run once without --offline.'
          : `${meantSuite(suite, root)}Check the name of the package, and that the suites and their components have this package.`,
    });
  }
  if (root !== undefined) {
    await fetchDebs(root, store, [found], reporter);
    await makeDirectory(dirname(record));
    await writeWhole(record, (temporary) => writeFile(temporary, `${JSON.stringify(found)}\n`));
  }
  const file = debFile(store, found.sha256);
  if (root === undefined && !existsSync(file)) {
    throw new KernelError('not-fetched', `the store does not have the package ${word}`, {
      where: { file },
      hint: 'Run once without --offline.',
    });
  }
  return { package: found, file };
}

/** Returns didYouMean for the suite of a driver, if the archives do not have this suite; else ''. */
function meantSuite(suite: string | undefined, { sources }: AptRoot): string {
  const known = sources.flatMap(({ suites }) => suites);
  return suite === undefined || known.includes(suite) ? '' : didYouMean(suite, known);
}

async function recorded(file: string): Promise<Offered | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Offered;
  } catch {
    return undefined;
  }
}

async function asked(root: AptRoot, word: string): Promise<Offered | undefined> {
  const all = await askApt(root, [word]);
  return [...all.values()][0];
}

/**
 * Calls apt once for all drivers that are packages of archives, because each call takes half a second. In the result,
 * the key of a package is the word for apt: `NAME` or `NAME/SUITE`. If the archives lack one package, other packages
 * may be missing in the result, too. The result is empty offline, for fewer than two packages, and if two have the same
 * name. offeredDriver calls apt again for each missing package.
 */
export async function offeredTogether(
  root: AptRoot | undefined,
  specs: readonly DriverSpec[],
): Promise<ReadonlyMap<string, Offered>> {
  const wanted = specs.flatMap((spec) => (spec.kind === 'archive' ? [spec] : []));
  // One call of apt chooses only one version of each package.
  const isUnique = new Set(wanted.map(({ name }) => name)).size === wanted.length;
  if (root === undefined || wanted.length < 2 || !isUnique) return new Map();
  const found = await askApt(
    root,
    wanted.map(({ name, suite }) => wordOf(name, suite)),
  );
  return new Map(
    wanted.flatMap(({ name, suite }) => {
      const one = found.get(name);
      return one === undefined ? [] : [[wordOf(name, suite), one] as const];
    }),
  );
}

/**
 * Asks apt which packages it would download. Each word is `NAME` or `NAME/SUITE` (wordOf). The key of the result is the
 * name of the package. If apt does not know one word, other packages may be missing, too.
 */
async function askApt(
  root: AptRoot,
  words: readonly string[],
): Promise<ReadonlyMap<string, Offered>> {
  const args = ['download', '-qq', '--print-uris', '-o', 'Acquire::ForceHash=SHA256', ...words];
  const { stdout } = await runApt(root, 'apt-get', args, { accept: [0, 100] });
  const offered = new Map<string, Offered>();
  for (const [, file = '', size = '', sha256 = ''] of stdout.matchAll(
    /^'[^']*' (\S+) (\d+) SHA256:([0-9a-f]{64})\s*$/gm,
  )) {
    const [name, version, architecture] = file.replace(/\.deb$/, '').split('_');
    if (name === undefined || version === undefined || architecture === undefined) continue;
    offered.set(name, {
      name,
      version: decodeURIComponent(version),
      architecture,
      sha256,
      size: Number(size),
    });
  }
  return offered;
}

function wordOf(name: string, suite: string | undefined): string {
  return suite === undefined ? name : `${name}/${suite}`;
}
