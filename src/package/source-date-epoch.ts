import { UsageError } from '../errors.ts';

/**
 * Returns the time stamp for all files that are written, in seconds since 1970: SOURCE_DATE_EPOCH
 * (reproducible-builds.org) if it is set and not empty, else `fallback`. Throws UsageError if SOURCE_DATE_EPOCH is not
 * a number of at most 11 digits.
 */
export function sourceTimestamp(fallback: number): number {
  const text = process.env.SOURCE_DATE_EPOCH;
  if (text === undefined || text === '') return fallback;
  if (!/^\d{1,11}$/.test(text)) {
    throw new UsageError(`SOURCE_DATE_EPOCH is not a number of seconds: "${text}"`, {
      hint: 'Set SOURCE_DATE_EPOCH to the output of: date +%s',
    });
  }
  return Number(text);
}
