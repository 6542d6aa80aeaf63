import { dirname } from 'node:path';
import type { Makefile } from './find-makefiles.ts';

const ASIDE = /(?:^|\/)(?:tests?|unittests?|selftests?|examples?|samples?|demos?)(?:\/|$)/;
/** More folders than this are a collection, not a driver. */
const MOST = 20;

/**
 * The shallowest folders whose makefile speaks kbuild or calls it. Tests and examples count where there is nothing
 * else.
 */
export function rootsOf(makefiles: readonly Makefile[]): string[] {
  const speaking = makefiles
    .filter(
      ({ path, text }) =>
        /(?:^|\/)(?:Kbuild|GNUmakefile|[Mm]akefile)$/.test(path) &&
        /\bobj-(?:m|y|\$)|\b(?:M|SUBDIRS|KBUILD_EXTMOD)=/.test(text),
    )
    .map(({ path }) => dirname(path))
    .map((folder) => (folder === '.' ? '' : folder));
  const proper = speaking.filter((folder) => !ASIDE.test(folder));
  const folders = [...new Set(proper.length > 0 ? proper : speaking)];
  const below = folders.filter((folder) => folder !== '');
  const top = below.filter((folder) => !below.some((other) => folder.startsWith(`${other}/`)));
  return ['', ...top].slice(0, MOST);
}
