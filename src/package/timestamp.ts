import { UsageError } from '../errors.ts';

/**
 * The time stamp of everything that is generated: SOURCE_DATE_EPOCH if it is set
 * (reproducible-builds.org), else `fallback`; seconds since 1970. UsageError for rubbish in it.
 */
export function sourceTimestamp(fallback: number): number {
  const text = process.env.SOURCE_DATE_EPOCH;
  if (text === undefined || text === '') return fallback;
  if (!/^\d{1,11}$/.test(text)) {
    throw new UsageError(`SOURCE_DATE_EPOCH is "${text}", not a number of seconds`, {
      hint: 'Set it to the output of: date +%s',
    });
  }
  return Number(text);
}
