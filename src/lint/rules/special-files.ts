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
    yield* findingsFor(directory, odd, ({ kind }) => kind !== 'link out', 'remove it');
  },
};

const linkOut: TreeRule = {
  code: 'link-out',
  severity: 'warning',
  title: 'a link that leads out of the tree',
  why: 'In the package its target is another file or missing: /usr/src has only the source, and DKMS builds in a copy of that.',
  bad: 'compat.h -> ../../other/compat.h',
  good: 'compat.h, a file',
  *check({ directory, odd }) {
    yield* findingsFor(
      directory,
      odd,
      ({ kind }) => kind === 'link out',
      'replace it by the file itself',
    );
  },
};

/**
 * Yields a finding for each of the odd files that `isMeant` accepts, for MOST files at most. If there are more, one
 * more finding gives their number.
 */
function* findingsFor(
  directory: string,
  odd: readonly OddFile[],
  isMeant: (one: OddFile) => boolean,
  advice: string,
) {
  const meant = odd.filter(isMeant);
  for (const { path, kind } of meant.slice(0, MOST)) {
    yield { file: join(directory, path), message: `${path} ${MESSAGES[kind]}`, advice };
  }
  const next = meant[MOST];
  if (next === undefined) return;
  const message = `and ${meant.length - MOST} more such files`;
  yield { file: join(directory, next.path), message, advice };
}

export const ODD_FILE_RULES: readonly TreeRule[] = [specialFile, linkOut];
