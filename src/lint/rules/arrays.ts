import { SCALAR_DIRECTIVES } from '../../dkms/conf/directives.ts';
import { lineOf } from '../text/conf-lookups.ts';
import type { ConfRule } from '../text/rule.ts';

const indexIgnored: ConfRule = {
  code: 'index-ignored',
  severity: 'warning',
  title: 'only element 0 of this directive counts',
  why: 'DKMS reads this directive as $NAME, which in bash is element 0 (dkms.in, read_conf). DKMS ignores the other elements.',
  bad: 'POST_INSTALL[1]="two.sh"',
  good: 'POST_INSTALL="both.sh"',
  *check({ text, evaluation }) {
    for (const name of SCALAR_DIRECTIVES) {
      for (const [index, value] of evaluation?.evaluated.values.get(name) ?? []) {
        if (index === 0 || value === '') continue;
        yield {
          line: lineOf({ text }, name, index),
          message: `${name}[${index}] is ignored: DKMS reads only ${name}[0]`,
          advice: `set only ${name}`,
        };
      }
    }
  },
};

const makeWithoutMatch: ConfRule = {
  code: 'make-without-match',
  severity: 'warning',
  title: 'a MAKE that is never used',
  why: 'DKMS uses MAKE[n] with n > 0 only if MAKE_MATCH[n] matches the kernel (dkms.in, read_conf). MAKE is not a list of commands.',
  bad: 'MAKE[0]="make one"\nMAKE[1]="make two"',
  good: 'MAKE[0]="make one && make two"',
  *check({ text, evaluation }) {
    const expressions = evaluation?.evaluated.values.get('MAKE_MATCH');
    for (const [index, value] of evaluation?.evaluated.values.get('MAKE') ?? []) {
      if (index === 0 || value === '' || expressions?.get(index)) continue;
      yield {
        line: lineOf({ text }, 'MAKE', index),
        message: `MAKE[${index}] is never run: it has no MAKE_MATCH[${index}]`,
        advice: `set MAKE_MATCH[${index}], or join the commands in MAKE[0]`,
      };
    }
  },
};

const entryAfterGap: ConfRule = {
  code: 'entry-after-gap',
  severity: 'warning',
  title: 'an entry after a gap in the array',
  why: 'For MAKE and PATCH, DKMS reads as many indices, from 0, as the array has entries (dkms.in, read_conf). If an index is left out, DKMS does not reach the last entries.',
  bad: 'PATCH[0]="a.patch"\nPATCH[2]="b.patch"',
  good: 'PATCH[0]="a.patch"\nPATCH[1]="b.patch"',
  *check({ text, evaluation }) {
    for (const name of ['MAKE', 'PATCH'] as const) {
      const entries = evaluation?.evaluated.values.get(name);
      for (const index of entries?.keys() ?? []) {
        if (index < (entries?.size ?? 0)) continue;
        yield {
          line: lineOf({ text }, name, index),
          message: `${name} has ${entries?.size} entries and a gap before index ${index}, so DKMS ignores ${name}[${index}]`,
          advice: 'number the entries without gaps',
        };
      }
    }
  },
};

export const ARRAY_RULES: readonly ConfRule[] = [indexIgnored, makeWithoutMatch, entryAfterGap];
