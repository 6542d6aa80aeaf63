const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const two = (value: number): string => String(value).padStart(2, '0');

/**
 * Returns a time (seconds since 1970) in the format of changelogs and .changes files (Policy 4.4,
 * RFC 5322), in UTC: `Sat, 21 Nov 2026 05:52:00 +0000`, as `date -u -R` prints it. Throws
 * RangeError for a number that is not a valid time.
 */
export function formatDate(seconds: number): string {
  const date = new Date(Math.floor(seconds) * 1000);
  if (Number.isNaN(date.getTime())) throw new RangeError(`${seconds} is not a valid time`);
  const day = `${WEEKDAYS[date.getUTCDay()]}, ${two(date.getUTCDate())}`;
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${day} ${MONTHS[date.getUTCMonth()]} ${year} ${clock} +0000`;
}

const DATE =
  /^(?:(\w+),[ \t]*)?(\d{1,2})[ \t]+(\w+)[ \t]+(\d{4})[ \t]+(\d{1,2}):(\d\d):(\d\d)[ \t]+([-+])(\d\d)(\d\d)$/;

/**
 * Returns a changelog's date (deb-changelog(5)) in seconds since 1970, or a sentence that says why it is not a date.
 * Like dpkg, accepts a weekday that is not the day of the date, but no other word in its place.
 */
export function parseDate(text: string): number | string {
  const parts = DATE.exec(text);
  if (!parts) return `${JSON.stringify(text)} is not a date like "Thu, 01 Jan 1970 00:00:00 +0000"`;
  const [, weekday, day, monthName = '', year, hour, minute, second, sign, zoneHours, zoneMinutes] =
    parts;
  if (weekday !== undefined && !WEEKDAYS.some((name) => name === weekday)) {
    return `${JSON.stringify(weekday)} is not an English abbreviated weekday`;
  }
  const month = MONTHS.indexOf(monthName);
  if (month < 0) return `${JSON.stringify(monthName)} is not an English abbreviated month`;
  const [d, h, m, s] = [Number(day), Number(hour), Number(minute), Number(second)];
  if (d < 1 || d > 31 || h > 23 || m > 59 || s > 60)
    return `${JSON.stringify(text)} is not a valid time`;
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60 * (sign === '-' ? -1 : 1);
  return Date.UTC(Number(year), month, d, h, m, s) / 1000 - zone;
}
