import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AptRoot } from '../../archives/apt/apt-root.ts';
import { runApt } from '../../archives/apt/apt-root.ts';
import { fetchDebs, type Offered } from '../../archives/store/fetch-debs.ts';
import { debFile, type HeaderStore } from '../../archives/store/header-store.ts';
import { InputError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { writeWhole } from '../../system/files/output.ts';

/**
 * Returns the package that apt chooses for a name, and the path of its .deb in the store. Offline, apt's choice of an
 * earlier run is used. Throws InputError `no-such-driver` and KernelError `not-fetched`.
 */
export async function offeredDriver(
  { root, store }: { readonly root: AptRoot | undefined; readonly store: HeaderStore },
  name: string,
  suite: string | undefined,
  reporter: Reporter,
): Promise<{ package: Offered; file: string }> {
  const word = suite === undefined ? name : `${name}/${suite}`;
  const record = join(store.directory, 'drivers', `${word.replaceAll('/', '_')}.json`);
  const found = root === undefined ? await recorded(record) : await asked(root, word);
  if (found === undefined) {
    throw new InputError('no-such-driver', `the archives have no package ${word}`, {
      hint:
        root === undefined
          ? 'Run once without --offline.'
          : 'Check its name, and that the suites and their components have it.',
    });
  }
  if (root !== undefined) {
    await fetchDebs(root, store, [found], reporter);
    await makeDirectory(dirname(record));
    await writeWhole(record, (temporary) => writeFile(temporary, `${JSON.stringify(found)}\n`));
  }
  return { package: found, file: debFile(store, found.sha256) };
}

async function recorded(file: string): Promise<Offered | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Offered;
  } catch {
    return undefined;
  }
}

async function asked(root: AptRoot, word: string): Promise<Offered | undefined> {
  const args = ['download', '-qq', '--print-uris', '-o', 'Acquire::ForceHash=SHA256', word];
  const { stdout } = await runApt(root, 'apt-get', args, { accept: [0, 100] });
  const [, file = '', size = '', sha256 = ''] =
    /^'[^']*' (\S+) (\d+) SHA256:([0-9a-f]{64})\s*$/m.exec(stdout) ?? [];
  const [name, version, architecture] = file.replace(/\.deb$/, '').split('_');
  if (name === undefined || version === undefined || architecture === undefined) return undefined;
  return {
    name,
    version: decodeURIComponent(version),
    architecture,
    sha256,
    size: Number(size),
  };
}
