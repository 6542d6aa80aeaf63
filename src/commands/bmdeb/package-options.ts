import type { OptionDeclarations } from '../command.ts';

const PACKAGES = { group: 'Packages' } as const;

/** Options about the packages that bmdeb writes. */
export const PACKAGE_OPTIONS: OptionDeclarations = {
  dbgsym: {
    ...PACKAGES,
    type: 'boolean',
    default: false,
    describe: 'also write -dbgsym packages, with the debug data of the modules',
  },
};

/** PACKAGE_OPTIONS as bmdeb gets them. */
export interface PackageArguments {
  readonly dbgsym: boolean;
}
