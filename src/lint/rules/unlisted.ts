import type { TreeRule } from '../tree/tree-rule.ts';

const sourceNotListed: TreeRule = {
  code: 'source-not-listed',
  severity: 'error',
  title: 'a source file that the list does not bring along',
  why: 'debian/<package>.install names what comes to /usr/src; a file that came after it was written is not packed, and one that is gone ends the build (dh_install(1)). debian/not-installed names what is left out on purpose.',
  bad: '*.[chS] usr/src/foo-1.0/   # and fw/a.bin came later',
  good: '*.[chS] usr/src/foo-1.0/\nfw usr/src/foo-1.0/',
  *check({ listed }) {
    if (listed === undefined) return;
    const { file, missed, gone } = listed;
    for (const path of missed.slice(0, 20)) {
      yield {
        file,
        line: 1,
        message: `${path} is not listed`,
        advice: 'run dkms-deb init, add it, or name it in debian/not-installed',
      };
    }
    for (const { word, line } of gone) {
      yield { file, line, message: `${word} matches nothing`, advice: 'take it out of the list' };
    }
  },
};

export const LISTED_SOURCE_RULES: readonly TreeRule[] = [sourceNotListed];
