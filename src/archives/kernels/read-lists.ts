import { spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SystemError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { writeWhole } from '../../system/files/output.ts';
import { cleanEnvironment } from '../../system/process/clean-environment.ts';
import { registerProcessGroup, releaseProcessGroup } from '../../system/process/cleanup.ts';
import type { AptRoot } from '../apt/apt-root.ts';
import { type IndexFile, indexFiles } from '../apt/update-lists.ts';
import { type ArchivePackage, invalidProperty, readStanza } from './archive-package.ts';

/** The version of the format of header-packages.json. Increase it when the format changes. */
const SCHEMA = 3;
/**
 * The longest stanza in characters. The longest in Debian has about 60 000, so a list with a longer one is damaged, and
 * is an error.
 */
const MOST_STANZA = 4 * 1024 * 1024;

/**
 * Returns those packages in the lists of an apt root that may be parts of headers. Stores the result beside the
 * lists, because reading the lists again would mean to read hundreds of MB. A package with a property that is not
 * allowed is left out, with a warning. Throws SystemError `damaged-list`.
 */
export async function readLists(
  root: AptRoot,
  reporter: Pick<Reporter, 'warn'>,
): Promise<ArchivePackage[]> {
  const indexes = await indexFiles(root);
  const stamps = await Promise.all(
    indexes.map(async ({ file, inReleaseSha256 }) => {
      const { size, mtimeMs } = await stat(file);
      return `${file} ${size} ${mtimeMs} ${inReleaseSha256}`;
    }),
  );
  const kept = join(root.directory, 'header-packages.json');
  const stamp = JSON.stringify([SCHEMA, stamps]);
  const known = await readKept(kept, stamp);
  if (known !== undefined) return known;
  const packages: ArchivePackage[] = [];
  let isWhole = true;
  for (const index of indexes) {
    for (const one of await readIndex(index)) {
      const wrong = invalidProperty(one);
      if (wrong === undefined) packages.push(one);
      else {
        isWhole = false;
        reporter.warn(
          `${index.uri} lists ${JSON.stringify(one.name)} with a ${wrong} that is not allowed; the package is left out`,
          'Report this to the maintainers of the archive.',
        );
      }
    }
  }
  // The result is not stored, so that the next run warns again.
  if (!isWhole) return packages;
  await writeWhole(kept, (temporary) => writeFile(temporary, JSON.stringify({ stamp, packages })));
  return packages;
}

async function readKept(file: string, stamp: string): Promise<ArchivePackage[] | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as {
      stamp: string;
      packages: ArchivePackage[];
    };
    return kept.stamp === stamp ? kept.packages : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads one list while apt-helper decompresses it. A list has about 60 000 stanzas, of which a few dozen are kept.
 */
async function readIndex(index: IndexFile): Promise<ArchivePackage[]> {
  const child = spawn('/usr/lib/apt/apt-helper', ['cat-file', index.file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment(),
    detached: true,
  });
  if (child.pid !== undefined) registerProcessGroup(child.pid);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  ended.catch(() => {});
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, 4000);
  });
  const packages: ArchivePackage[] = [];
  const take = (stanza: string) => {
    const found = readStanza(stanza, index);
    if (found !== undefined) packages.push(found);
  };
  let rest = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const parts = (rest + chunk).split('\n\n');
    rest = parts.pop() ?? '';
    parts.forEach(take);
    if (rest.length > MOST_STANZA) child.kill('SIGKILL');
  }
  take(rest);
  const status = await ended;
  if (child.pid !== undefined) releaseProcessGroup(child.pid);
  if (status === 0) return packages;
  throw new SystemError('damaged-list', 'cannot read this package list', {
    where: { file: index.file },
    output: said.split('\n').filter(Boolean),
    hint: 'Remove the file and run again: then apt fetches it again.',
  });
}
