/** Parses and formats copyright years: "2001, 2003-2007", "2019-present". */

export interface Years {
  /** The years, each once, in ascending order. */
  readonly numbers: readonly number[];
  /** Whether one of the spans of years has no end, as "2019-present". It is written as the last span. */
  readonly present: boolean;
}

const NO_YEARS: Years = { numbers: [], present: false };

const YEAR = '(?:19[6-9]|20[0-9])\\d';
const SPAN = `${YEAR}(?:\\s*(?:--?|–|—|/|to)\\s*(?:${YEAR}|\\d\\d(?!\\d)|present|now|today|current)|\\+|\\s*-(?=\\s*[^\\d\\s]))?`;
/** Matches a second year in short form: `1997,8` and `1997,98` are two years each. */
const SHORT = ',\\d\\d?(?![\\d.])';
const LIST = `${SPAN}(?:\\s*(?:,|;|and|&|\\+)?\\s*${SPAN}|${SHORT})*`;
const LEADING = new RegExp(`^[\\s(,:]*(${LIST})(?!\\w)[\\s).,:;-]*`, 'i');
const TRAILING = new RegExp(`[\\s(,.:;-]+(${LIST})[\\s).,;]*$`, 'i');

/** Returns the years at the beginning of a text, before the name of a holder, and the rest of the text. */
export function leadingYears(text: string): { years: Years; rest: string } {
  const match = LEADING.exec(text);
  if (match === null) return { years: NO_YEARS, rest: text };
  const more = leadingYears(text.slice(match[0].length));
  return { years: mergeYears(parseYears(match[1] ?? ''), more.years), rest: more.rest };
}

/** Returns the years at the end of a text, after the name of a holder, and the rest of the text. */
export function trailingYears(text: string): { years: Years; rest: string } {
  const match = TRAILING.exec(text);
  if (match === null) return { years: NO_YEARS, rest: text };
  return { years: parseYears(match[1] ?? ''), rest: text.slice(0, match.index) };
}

export function mergeYears(a: Years, b: Years): Years {
  return {
    numbers: [...new Set([...a.numbers, ...b.numbers])].sort((one, other) => one - other),
    present: a.present || b.present,
  };
}

/** Returns years as a text such as "2001, 2003-2007". Returns '' if there are no years. */
export function formatYears({ numbers, present }: Years): string {
  const spans: [number, number][] = [];
  for (const year of numbers) {
    const last = spans.at(-1);
    if (last !== undefined && last[1] === year - 1) last[1] = year;
    else spans.push([year, year]);
  }
  const text = spans.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  const last = spans.at(-1);
  if (present && last !== undefined) text[text.length - 1] = `${last[0]}-present`;
  return text.join(', ');
}

function parseYears(list: string): Years {
  const numbers = new Set<number>();
  let present = false;
  const full = list.replace(
    /((?:19|20)\d\d)((?:,\d\d?(?!\d))+)/g,
    (_, first: string, others: string) =>
      others
        .split(',')
        .slice(1)
        .reduce((all, year) => `${all}, ${endYear(Number(first), year)}`, first),
  );
  const span = new RegExp(
    `(${YEAR})(?:\\s*(?:--?|–|—|/|to)\\s*(${YEAR}|\\d\\d(?!\\d)|[a-z]+)|(\\+|\\s*-))?`,
    'gi',
  );
  for (const [, first = '', last, open] of full.matchAll(span)) {
    const from = Number(first);
    const to = last === undefined || /^[a-z]/i.test(last) ? from : endYear(from, last);
    present ||= open !== undefined || /^[a-z]/i.test(last ?? '');
    // The first and the last year of a span may be in the wrong order by mistake.
    for (let year = Math.min(from, to); year <= Math.max(from, to); year++) numbers.add(year);
  }
  return { numbers: [...numbers].sort((a, b) => a - b), present };
}

/** Returns the last year of a span whose end is short: the span 1999-01 ends in 2001, the span 1997-8 in 1998. */
function endYear(from: number, text: string): number {
  if (text.length > 2) return Number(text);
  const digits = 10 ** text.length;
  const year = from - (from % digits) + Number(text);
  return year < from ? year + digits : year;
}
