/** A dkms.conf for the comparison with DKMS. */
export interface Case {
  readonly name: string;
  readonly text: string;
  /** If DKMS 3.0.10 (bookworm) differs from 3.4.3, which we follow: how it differs. */
  readonly old?: string;
  /** If DKMS since 3.1.7 differs from older versions, which we follow: how it differs. */
  readonly newer?: string;
}

export const HEAD = 'PACKAGE_NAME="t"\nPACKAGE_VERSION="1.0"\n';
export const ONE = `${HEAD}BUILT_MODULE_NAME[0]="m"\nDEST_MODULE_LOCATION[0]="/updates"\n`;
export const TWO = `${ONE}BUILT_MODULE_NAME[1]="n"\nDEST_MODULE_LOCATION[1]="/updates"\n`;
