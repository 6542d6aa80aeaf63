import { ConfError, EXIT } from '../../errors.ts';
import type { Refusals } from './own-ways.ts';

/** ConfError `no-conf` with make's own words, folder by folder. */
export function nothingBuilds(directory: string, refusals: readonly Refusals[]): ConfError {
  const output = refusals
    .slice(0, 8)
    .map(
      ({ folder, words }) => `${folder === '.' || folder === '' ? 'the top' : folder}: ${words}`,
    );
  return new ConfError(
    'no-conf',
    "there is no dkms.conf, and neither kbuild nor the tree's own make tells which modules it builds",
    {
      where: { file: directory },
      output,
      hint: 'Write a dkms.conf (dkms(8), "DKMS.CONF"), name one with --conf FILE, or name the folder of the driver.',
    },
    EXIT.confMissing,
  );
}
