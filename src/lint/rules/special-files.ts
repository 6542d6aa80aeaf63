import { join } from 'node:path';
import type { OddFile } from '../tree/odd-files.ts';
import type { TreeRule } from '../tree/tree-rule.ts';

/** At most this many files of each kind get a finding each. One more finding gives the number of the other files. */
const MOST = 20;

const MESSAGES: Readonly<Record<OddFile['kind'], string>> = {
  special: 'is a fifo, device or socket, which is neither read nor packed',
  'link to special': 'is a link to a fifo, device or socket, which is not read',
  'link out': 'is a link that leads out of the tree; its target is neither read nor packed',
};

const specialFile: TreeRule = {
  code: 'special-file',
  severity: 'error',
  title: 'a fifo, device or socket in the tree',
  why: 'A program that reads a fifo waits for a writer, and /dev/zero never ends, so make, cp and tar may hang. dpkg-deb refuses such files, or packs them as they are.',
  bad: 'a fifo called notes',
  good: 'a file called notes',
  *check({ directory, odd }) {
    yield* findingsFor(
      directory,
      odd.filter(({ kind }) => kind !== 'link out'),
      'remove this file',
      (count) => `${count} more files are fifos, devices or sockets, or links to such files`,
    );
  },
};

const linkOut: TreeRule = {
  code: 'link-out',
  severity: 'warning',
  title: 'a link that leads out of the tree',
  why: 'In the package the target of the link is another file, or is missing: /usr/src has only the source, and DKMS builds in a copy of the source.',
  bad: 'compat.h -> ../../other/compat.h',
  good: 'compat.h, a file',
  *check({ directory, odd }) {
    yield* findingsFor(
      directory,
      odd.filter(({ kind }) => kind === 'link out'),
      'replace the link by a copy of its target',
      (count) => `${count} more links lead out of the tree`,
    );
  },
};

/** Yields a finding for each of the first MOST files. If there are more files, `more` tells the number of the others. */
function* findingsFor(
  directory: string,
  files: readonly OddFile[],
  advice: string,
  more: (count: number) => string,
) {
  for (const { path, kind } of files.slice(0, MOST)) {
    yield { file: join(directory, path), message: `${path} ${MESSAGES[kind]}`, advice };
  }
  const next = files[MOST];
  if (next === undefined) return;
  yield { file: join(directory, next.path), message: more(files.length - MOST), advice };
}

export const ODD_FILE_RULES: readonly TreeRule[] = [specialFile, linkOut];
