import { join } from 'node:path';
import type { OddFile } from '../tree/odd-files.ts';
import type { TreeRule } from '../tree/tree-rule.ts';

/** More of a kind are one message. */
const MOST = 20;

const MESSAGES: Readonly<Record<OddFile['kind'], string>> = {
  special: 'is a fifo, a device or a socket: nothing reads it, and no package holds it',
  'link to special': 'is a link to a fifo, a device or a socket: nothing reads it',
  'link out': 'is a link that leads out of the tree: what it leads to is not read and not packed',
};

const specialFile: TreeRule = {
  code: 'special-file',
  severity: 'error',
  title: 'a file that is none',
  why: 'A fifo lets whoever reads it wait, /dev/zero never ends: make, cp and tar hang, and dpkg-deb refuses or packs what nobody wants.',
  bad: 'a fifo called notes',
  good: 'a file called notes',
  *check({ directory, odd }) {
    yield* told(directory, odd, ({ kind }) => kind !== 'link out', 'remove it');
  },
};

const linkOut: TreeRule = {
  code: 'link-out',
  severity: 'warning',
  title: 'a link that leads out of the tree',
  why: 'In the package it leads to another place, or nowhere: /usr/src has the source alone, and DKMS builds in a copy of it.',
  bad: 'compat.h -> ../../other/compat.h',
  good: 'compat.h, a file',
  *check({ directory, odd }) {
    yield* told(directory, odd, ({ kind }) => kind === 'link out', 'put the file itself there');
  },
};

function* told(
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
