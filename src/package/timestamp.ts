import { UsageError } from '../errors.ts';

/**
 * Returns the time stamp of all generated files: SOURCE_DATE_EPOCH (reproducible-builds.org), by default `fallback`;
 * in seconds since 1970. Throws UsageError if SOURCE_DATE_EPOCH is not a number.
 */
export function sourceTimestamp(fallback: number): number {
  const text = process.env.SOURCE_DATE_EPOCH;
  if (text === undefined || text === '') return fallback;
  if (!/^\d{1,11}$/.test(text)) {
    throw new UsageError(`SOURCE_DATE_EPOCH is not a number of seconds: "${text}"`, {
      hint: 'Set it to the output of: date +%s',
    });
  }
  return Number(text);
}
