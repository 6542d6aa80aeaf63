import { DkmsDebError, EXIT } from '../../errors.ts';

/** DKMS's own status for it. */
export function refuseBoth(args: { sourceOnly: boolean; binariesOnly: boolean }): void {
  if (!args.sourceOnly || !args.binariesOnly) return;
  throw new DkmsDebError(
    'usage',
    EXIT.badConf,
    '--source-only and --binaries-only exclude each other',
  );
}
