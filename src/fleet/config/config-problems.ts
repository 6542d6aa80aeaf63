import type * as z from 'zod';
import { didYouMean } from '../../system/text/did-you-mean.ts';
import { type JsonSchema, keysAt } from './config-schema.ts';

/**
 * Something that is wrong in a configuration. `path` leads to the wrong value; for an unknown key, it leads to the
 * key.
 */
export interface ConfigProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint: string;
}

type Issue = z.core.$ZodIssue;

/** The most characters of a key or value that a message shows. */
const MOST_SHOWN = 60;

/** The JSON Schema of the file, and the command that prints it. */
export interface PrintedSchema {
  readonly schema: JsonSchema;
  readonly command: string;
}

/** Converts the issues that zod found into problems with messages in plain English. */
export function problemsOf(issues: readonly Issue[], printed: PrintedSchema): ConfigProblem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, [], printed));
}

function problemsOfIssue(
  issue: Issue,
  before: readonly (string | number)[],
  printed: PrintedSchema,
): ConfigProblem[] {
  const seeSchema = `See the JSON Schema: ${printed.command}.`;
  const path = [
    ...before,
    ...issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
  ];
  const name = nameOf(path);
  const problem = (message: string, hint: string): ConfigProblem[] => [{ path, message, hint }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, printed.schema));
    case 'invalid_union':
      return ofUnion(issue.errors, path, printed);
    case 'invalid_type':
      return problem(
        `${name} is not ${kindOf(issue.expected)}`,
        hintFor(issue.expected) ?? seeSchema,
      );
    case 'invalid_value': {
      const values = issue.values.map(String);
      const choose = `Choose one of: ${values.join(', ')}.`;
      const { input } = issue;
      if (input === undefined || input === null) return problem(`${name} has no value`, choose);
      if (typeof input === 'object') {
        const kind = Array.isArray(input) ? KINDS.array : KINDS.object;
        return problem(`${name} is ${kind}, not a text`, choose);
      }
      const said = shortened(String(input));
      return problem(
        `${name} has the unknown value ${JSON.stringify(said)}`,
        `${didYouMean(said, values)}${choose}`,
      );
    }
    case 'too_small':
      return issue.origin in UNITS && issue.minimum === 1
        ? problem(`${name} is empty`, 'Write a value, or leave the key out.')
        : problem(
            `${name} is less than ${amount(issue.origin, issue.minimum)}`,
            `Write at least ${amount(issue.origin, issue.minimum)}.`,
          );
    case 'too_big':
      return problem(
        `${name} is more than ${amount(issue.origin, issue.maximum)}`,
        `Write at most ${amount(issue.origin, issue.maximum)}.`,
      );
    case 'invalid_format':
      return problem(`${name} has the wrong form`, FORMS[path.at(-1) ?? ''] ?? seeSchema);
    default:
      return problem(`${name} is not valid: ${issue.message}`, seeSchema);
  }
}

const FORMS: Readonly<Record<string, string>> = {
  since: 'Write a day, such as 2026-11-27.',
  'valid-for': 'Write a number of days, such as 30d.',
  branch: 'Write a name such as packages: letters, digits, ".", "_", "-" and "/".',
  rsync:
    'Write HOST:DIR without blanks, such as www@example.org:/srv/www/drivers. DIR must end in a name, because rsync deletes everything else in it.',
  schedule: "Write five fields as in crontab(5), in quotes: '17 5 * * *'.",
  image: 'Write a name such as debian:trixie.',
};

/** What the limit of a text or a list counts. The limit of a number counts nothing. */
const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

function amount(origin: string, count: number | bigint): string {
  return [count, UNITS[origin]].filter((part) => part !== undefined).join(' ');
}

const KINDS = {
  string: 'a text',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
} as const;

function kindOf(expected: string): string {
  return Object.entries(KINDS).find(([name]) => name === expected)?.[1] ?? expected;
}

function hintFor(expected: string): string | undefined {
  if (expected === 'string')
    return "Put quotes around a value that YAML reads as a number: '6.12'.";
  if (expected === 'array') return 'Write a list: [one, two], or lines that begin with "- ".';
  return undefined;
}

/**
 * Returns the problems of a value that may have several forms. If the value is a mapping or list, and a form is one,
 * too, the user is assumed to mean the form in which the value has the fewest problems: its problems are returned.
 * Otherwise returns one problem that names the possible forms.
 */
function ofUnion(
  forms: readonly (readonly Issue[])[],
  path: readonly (string | number)[],
  printed: PrintedSchema,
): ConfigProblem[] {
  const problems = forms.map((issues) =>
    issues.flatMap((issue) => problemsOfIssue(issue, path, printed)),
  );
  const ofMappings = problems.filter((found) => found.some((one) => one.path.length > path.length));
  const candidates = ofMappings.length > 0 ? ofMappings : problems;
  const sorted = [...candidates].sort((a, b) => a.length - b.length);
  const [best = []] = sorted;
  const isMapping = ofMappings.length > 0;
  if (isMapping) return best;
  const keys = keysAt(path, printed.schema);
  const [other, hint] =
    keys.length > 0
      ? ['a mapping that dkms-deb knows', `or a mapping with some of: ${keys.join(', ')}.`]
      : ['a list of texts', 'or a list of texts: [one, two].'];
  const message = `${nameOf(path)} is neither a text nor ${other}`;
  return [{ path, message, hint: `Write a text, ${hint}` }];
}

function unknownKey(
  path: readonly (string | number)[],
  key: string,
  schema: JsonSchema,
): ConfigProblem {
  const known = keysAt(path, schema);
  const shown = shortened(key);
  return {
    path: [...path, key],
    message: `unknown key ${JSON.stringify(shown)}${path.length > 0 ? ` in ${nameOf(path)}` : ''}`,
    hint: didYouMean(key, known).trim() || `Known keys: ${known.join(', ')}.`,
  };
}

function shortened(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/** Returns a path as people write it, such as `drivers[0].git`, with its long keys cut off (MOST_SHOWN). */
function nameOf(path: readonly (string | number)[]): string {
  if (path.length === 0) return 'the file';
  return path
    .map((step, at) => {
      if (typeof step === 'number') return `[${step}]`;
      return `${at === 0 ? '' : '.'}${shortened(step)}`;
    })
    .join('');
}
