import { UsageError } from '../../errors.ts';
import type { OptionDeclarations } from './command.ts';

/** What makes the version of one build. */
export const VARIANT_OPTIONS = {
  snapshot: {
    group: 'Version',
    type: 'boolean',
    default: false,
    describe: 'version of the git commit: 1.2.3+git20261121.1a2b3c4',
  },
  suffix: {
    group: 'Version',
    type: 'string',
    argument: 'SUFFIX',
    describe: 'appended to the version of this build only, such as ~ppa1',
  },
} as const satisfies OptionDeclarations;

/** VARIANT_OPTIONS as a command gets them. */
export interface VariantArguments {
  readonly snapshot?: boolean | undefined;
  readonly suffix?: string | undefined;
}

/** The options, checked; UsageError for a suffix that cannot end a version. */
export function chosenVariant({ snapshot, suffix }: VariantArguments) {
  return { snapshot: snapshot ?? false, suffix: readSuffix(suffix) };
}

/** UsageError for what cannot end a version. */
export function readSuffix(text: string | undefined): string | undefined {
  if (text === undefined || /^[~+A-Za-z][~+.A-Za-z0-9]*$/.test(text)) return text;
  throw new UsageError(`--suffix ${JSON.stringify(text)} cannot end a version`, {
    hint: 'It begins with "~", "+" or a letter and has letters, digits, ".", "+", "~" only: ~ppa1, +deb12u1.',
  });
}
