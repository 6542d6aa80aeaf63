import { basename } from 'node:path';
import type { TreeRule } from '../tree/tree-rule.ts';

/** At most this many files get a finding each. One more finding gives the number of the other files. */
const MOST = 20;

const sourceNotListed: TreeRule = {
  code: 'source-not-listed',
  severity: 'error',
  title: 'a source file that is not in the install list',
  why: 'debian/<package>.install lists the files for /usr/src. A file that was added later is not packed, and a listed file that no longer exists makes the build fail (dh_install(1)). debian/not-installed lists files that are left out on purpose.',
  bad: '*.[chS] usr/src/foo-1.0/   # fw/a.bin was added later',
  good: '*.[chS] usr/src/foo-1.0/\nfw usr/src/foo-1.0/',
  *check({ listed }) {
    if (listed === undefined) return;
    const { file, missed, gone } = listed;
    const advice = 'run dkms-deb init, or add the file to the list or to debian/not-installed';
    for (const path of missed.slice(0, MOST)) {
      yield { file, line: 1, message: `${path} is not listed in debian/${basename(file)}`, advice };
    }
    const left = missed.length - MOST;
    if (left > 0)
      yield {
        file,
        line: 1,
        message: `${left} more source files are not listed in debian/${basename(file)}`,
        advice,
      };
    for (const { word, line } of gone) {
      yield {
        file,
        line,
        message: `${word} matches no file of the source`,
        advice: 'remove the word from the list',
      };
    }
  },
};

export const LISTED_SOURCE_RULES: readonly TreeRule[] = [sourceNotListed];
