import type { Lie } from './lie.ts';
import { NUMBERS } from './lies-numbers.ts';
import { PLACES } from './lies-places.ts';
import { SMUGGLING } from './lies-smuggling.ts';

/** Lies in the entries of data.tar. */
export const TAR_LIES: readonly Lie[] = [...SMUGGLING, ...PLACES, ...NUMBERS];
