import { resolve } from 'node:path';
import { ConfError, DkmsDebError } from '../../errors.ts';
import { trace } from '../../system/process/trace.ts';
import { type ConfShell, withShell } from './conf-shell.ts';
import type { Directive } from './directives.ts';
import { EVALUATE_SCRIPT, MAXIMUM_VALUE } from './evaluate-script.ts';
import type { EvaluationContext } from './evaluation-context.ts';

/**
 * The values of the directives, by name and array index. Some values are regular expressions (MATCHED_DIRECTIVES).
 * `matches` says for each of them whether it matches the release or the architecture of the kernel. It is empty if bash
 * did not evaluate the file (readStaticConf).
 */
export interface EvaluatedConf {
  readonly file: string;
  readonly values: ReadonlyMap<string, ReadonlyMap<number, string>>;
  readonly matches: ReadonlyMap<string, ReadonlyMap<number, boolean>>;
  /** The lines on stderr, written by dkms.conf or by bash. */
  readonly complaints: readonly string[];
}

/**
 * Evaluates dkms.conf with bash for one kernel, as DKMS does. `text`, such as the text with filled-in placeholders,
 * replaces the text of the file. A file that does more than set variables is evaluated in a private copy of its
 * directory (withShell). DKMS's variables contain the values of PACKAGE_NAME and PACKAGE_VERSION, which the file itself
 * sets: if `context` does not have these values, and they are not plain literals, the file is evaluated twice. Throws
 * the errors of readConfText, SystemError `disk-full`, and ConfError (exit status 8) `conf-endless`, `conf-noisy`,
 * `conf-greedy`, `conf-writes`, `conf-ended-early`, `conf-syntax`, `conf-value-too-long` or `conf-not-utf8`.
 */
export async function evaluateConf(
  confFile: string,
  context: EvaluationContext,
  text?: Buffer,
): Promise<EvaluatedConf> {
  const file = resolve(confFile);
  const { identity } = context;
  return withShell(file, context, text, async (shell) => {
    if (identity) return evaluateOnce(shell, context, identity.name, identity.version);
    const guess = literalIdentity(shell.text);
    const first = await evaluateOnce(shell, context, guess.name, guess.version);
    const name = scalar(first, 'PACKAGE_NAME') ?? '';
    const version = scalar(first, 'PACKAGE_VERSION') ?? '';
    if (name === guess.name && version === guess.version) return first;
    return evaluateOnce(shell, context, name, version);
  });
}

/**
 * Returns name and version of the driver if the file sets them to plain literals, as most files do; otherwise empty
 * strings. A wrong result only costs a second evaluation of the file.
 */
function literalIdentity(text: string): { name: string; version: string } {
  const literal = (directive: string) =>
    new RegExp(`^${directive}=(["']?)([\\w.+~:-]+)\\1\\s*$`, 'm').exec(text)?.[2] ?? '';
  return { name: literal('PACKAGE_NAME'), version: literal('PACKAGE_VERSION') };
}

/** Returns element [0] of a directive, like `$NAME` in bash; undefined if it is unset or empty. */
export function scalar(conf: EvaluatedConf, directive: Directive): string | undefined {
  return conf.values.get(directive)?.get(0) || undefined;
}

async function evaluateOnce(
  shell: ConfShell,
  context: EvaluationContext,
  name: string,
  version: string,
): Promise<EvaluatedConf> {
  const { file } = shell;
  const identity = { name, version };
  const result = await shell.run(EVALUATE_SCRIPT, { ...context, identity }).catch((cause) => {
    throw explainFailure(file, cause);
  });
  const conf = readRecords(file, result.bytes, result.stderr);
  trace(() => describeValues(conf, context.kernel.release));
  return conf;
}

/** Yields all values of dkms.conf, for --verbose. */
function* describeValues({ file, values }: EvaluatedConf, release: string): Iterable<string> {
  yield `${file}, evaluated for ${release}:`;
  for (const [name, elements] of values) {
    for (const [index, value] of elements) yield `  ${name}[${index}]=${JSON.stringify(value)}`;
  }
}

/**
 * Parses the output of the bash program (evaluate-script.ts). Throws ConfError `conf-value-too-long`, `conf-syntax`,
 * `conf-ended-early` or `conf-not-utf8`.
 */
function readRecords(file: string, stdout: Buffer, stderr: string): EvaluatedConf {
  const values = new Map<string, Map<number, string>>();
  const matches = new Map<string, Map<number, boolean>>();
  let ended = false;
  for (const record of decode(file, stdout).split('\0')) {
    const match = /^(~?)(\w+)\[(\d+)\]=(.*)$/s.exec(record);
    if (record === '!ended=yes') ended = true;
    if (record.startsWith('!long=')) throw tooLong(file, record);
    if (match?.[2] === undefined) continue;
    const [, mark, name, index = '0', value = ''] = match;
    if (mark === '~') entry(matches, name).set(Number(index), value === 'yes');
    else entry(values, name).set(Number(index), value);
  }
  const complaints = stderr.split('\n').filter((line) => line !== '');
  refuseSyntaxErrors(file, complaints);
  if (!ended) {
    throw new ConfError('conf-ended-early', 'dkms.conf does not run to its end', {
      where: { file },
      output: complaints.slice(-5),
      hint: 'Remove `exit` and `set -e` from the file, and do not end it with two commands in one line (`a; b`): bash would not return from the file, and DKMS would get no directive.',
    });
  }
  return { file, values, matches, complaints };
}

/** Returns the error for a value that is too long to be an argument of a program. */
function tooLong(file: string, record: string): ConfError {
  const [, directive = '', index = '', length = ''] =
    /^!long=(\w+)\[(\d+)\]=(\d+)$/.exec(record) ?? [];
  return new ConfError(
    'conf-value-too-long',
    `${directive}[${index}] has ${length} characters, more than the limit of ${MAXIMUM_VALUE}`,
    {
      where: { file },
      hint: 'Move data into separate files: Linux does not accept longer arguments of programs (execve(2)).',
    },
  );
}

/**
 * Throws ConfError `conf-syntax` if the file has a syntax error. DKMS itself would go on with the lines before the
 * error.
 */
function refuseSyntaxErrors(file: string, complaints: readonly string[]): void {
  for (const complaint of complaints) {
    if (!complaint.startsWith(`${file}: line `)) continue;
    const match = /^(\d+): ((?:syntax error|unexpected EOF).*)$/.exec(
      complaint.slice(`${file}: line `.length),
    );
    if (match?.[2] === undefined) continue;
    throw new ConfError('conf-syntax', match[2], {
      where: { file, line: Number(match[1]) },
      hint: 'Correct the syntax: DKMS sources the file with bash and cannot read it to its end.',
    });
  }
}

function decode(file: string, records: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(records);
  } catch {
    const lossy = records.toString('utf8').split('\0');
    const name = lossy.find((record) => record.includes('\ufffd'))?.split('[')[0];
    throw new ConfError('conf-not-utf8', `the value of ${name ?? 'a directive'} is not UTF-8`, {
      where: { file },
      hint: 'Convert the file: iconv -f latin1 -t utf-8.',
    });
  }
}

function entry<T>(maps: Map<string, Map<number, T>>, name: string): Map<number, T> {
  const found = maps.get(name) ?? new Map<number, T>();
  maps.set(name, found);
  return found;
}

function explainFailure(file: string, cause: unknown): unknown {
  if (!(cause instanceof DkmsDebError)) return cause;
  if (cause.code === 'tool-output') {
    return new ConfError('conf-noisy', `dkms.conf ${withoutProgram(cause)}`, {
      where: { file },
      output: cause.output.map((line) => line.slice(0, 200)),
      hint: 'Only set variables in the file: DKMS sources it for each kernel.',
      cause,
    });
  }
  if (cause.code === 'tool-resources') {
    return new ConfError('conf-greedy', `dkms.conf ${withoutProgram(cause)}`, {
      where: { file },
      hint: 'Only set variables in the file: DKMS sources it for each kernel.',
      cause,
    });
  }
  if (cause.code !== 'tool-timeout') return cause;
  // bash tries a failed fork again. The limit of processes (ulimit -u) is for all processes of the user together, so
  // dkms.conf may not be the cause of the failure.
  if (cause.output.some((line) => line.includes('fork: retry: Resource temporarily unavailable'))) {
    return new ConfError('conf-endless', 'dkms.conf cannot be read: there are too many processes', {
      where: { file },
      output: cause.output.slice(-1),
      hint: 'Raise the limit with ulimit -u, and check that the file does not start processes without end.',
      cause,
    });
  }
  return new ConfError('conf-endless', `dkms.conf ${withoutProgram(cause)}`, {
    where: { file },
    hint: 'Only set variables in the file: DKMS sources it for each kernel.',
    cause,
  });
}

/** Returns the message of an error of run() without the name of bash at its beginning: `wrote more than 8 MiB`. */
function withoutProgram({ message }: DkmsDebError): string {
  return message.replace(/^\S+ /, '');
}
