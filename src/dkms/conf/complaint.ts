import type { Directive } from './directives.ts';

/**
 * A reason for which a dkms.conf is refused with exit status 8: by DKMS (dkms.in, read_conf and read_conf_strict), or
 * only by dkms-deb, such as a name that leads out of the tree. DKMS refuses `yes-no` and repeated records only since
 * 3.1.7; dkms-deb warns of them.
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
