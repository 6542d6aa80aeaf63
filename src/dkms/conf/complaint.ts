import type { Directive } from './directives.ts';

/**
 * A fault for which dkms-deb refuses a dkms.conf with exit status 8, as DKMS does (dkms.in, read_conf and
 * read_conf_strict). Only dkms-deb refuses names that lead out of the tree, and too many records. dkms-deb only warns
 * of two faults, because DKMS before 3.1.7 accepts them: `yes-no`, and a record that is equal to an earlier one
 * (`duplicate`).
 */
export interface Complaint {
  readonly kind:
    | 'missing'
    | 'suffix'
    | 'destination'
    | 'duplicate'
    | 'too-many-records'
    | 'bad-name'
    | 'yes-no';
  /** The directive that the complaint is about. Undefined if it is about all module arrays together. */
  readonly directive: Directive | undefined;
  /** The array index that the complaint is about; 0 for a directive that is not an array. */
  readonly index: number;
  /** The text of the complaint, in the words of DKMS if DKMS has the same complaint. */
  readonly words: string;
}
