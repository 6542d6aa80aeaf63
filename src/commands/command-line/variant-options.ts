import { UsageError } from '../../errors.ts';
import type { OptionDeclarations } from './command.ts';

/** The options that change the version of one build. */
export const VARIANT_OPTIONS = {
  snapshot: {
    group: 'Version',
    type: 'boolean',
    default: false,
    describe: 'use a version for the git commit, such as 1.2.3+git20261121.1a2b3c4',
  },
  suffix: {
    group: 'Version',
    type: 'string',
    argument: 'SUFFIX',
    describe: 'text to append to the version of this build, such as ~ppa1',
  },
} as const satisfies OptionDeclarations;

/** The values of VARIANT_OPTIONS. */
export interface VariantArguments {
  readonly snapshot?: boolean | undefined;
  readonly suffix?: string | undefined;
}

/** Reads the values of VARIANT_OPTIONS. Throws UsageError for a suffix that is not allowed at the end of a version. */
export function readVariant({ snapshot = false, suffix }: VariantArguments) {
  if (suffix === undefined || /^[~+A-Za-z][~+.A-Za-z0-9]*$/.test(suffix)) {
    return { snapshot, suffix };
  }
  throw new UsageError(`--suffix ${JSON.stringify(suffix)} is not allowed in a version`, {
    hint: 'Begin with "~", "+" or a letter; then use letters, digits, ".", "+" and "~": ~ppa1, +deb12u1.',
  });
}
