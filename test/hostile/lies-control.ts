import type { Lie } from './lie.ts';
import { CONTROL_MEMBERS } from './lies-control-members.ts';
import { FIELDS } from './lies-fields.ts';
import { STANZAS } from './lies-stanzas.ts';

/** Lies in control.tar. */
export const CONTROL_LIES: readonly Lie[] = [...FIELDS, ...STANZAS, ...CONTROL_MEMBERS];
