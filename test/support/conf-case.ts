/** A dkms.conf for the comparison with DKMS. */
export interface Case {
  readonly name: string;
  readonly text: string;
  /** Where DKMS 3.0.10 (bookworm) means something else than 3.4.3, which we follow: what. */
  readonly old?: string;
  /** In which DKMS from 3.1.7 on differs, where we take what older DKMS takes. */
  readonly newer?: string;
}

export const HEAD = 'PACKAGE_NAME="t"\nPACKAGE_VERSION="1.0"\n';
export const ONE = `${HEAD}BUILT_MODULE_NAME[0]="m"\nDEST_MODULE_LOCATION[0]="/updates"\n`;
export const TWO = `${ONE}BUILT_MODULE_NAME[1]="n"\nDEST_MODULE_LOCATION[1]="/updates"\n`;
