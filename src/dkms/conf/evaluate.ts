import { resolve } from 'node:path';
import { ConfError, DkmsDebError } from '../../errors.ts';
import { trace } from '../../system/process/trace.ts';
import { type ConfShell, withShell } from './conf-shell.ts';
import type { Directive } from './directives.ts';
import { EVALUATE_SCRIPT, MAXIMUM_VALUE } from './evaluate-script.ts';
import type { EvaluationContext } from './evaluation-context.ts';

/** Values of the directives by array index, and which of the matched expressions hold. */
export interface EvaluatedConf {
  readonly file: string;
  readonly values: ReadonlyMap<string, ReadonlyMap<number, string>>;
  readonly matches: ReadonlyMap<string, ReadonlyMap<number, boolean>>;
  /** What dkms.conf or bash said on stderr. */
  readonly complaints: readonly string[];
}

/**
 * Evaluates dkms.conf with bash as DKMS does, for one kernel; with `text`, as if the file had that text, such
 * as one whose placeholders are filled in. A file that may look around or write does so in a private copy of
 * its directory. The name and version that its own paths depend on are the conf's own: where they are no
 * plain literals it is read once to learn them and once more to use them.
 * ConfError: missing file (4); endless loop, `exit`, syntax error, values that are no UTF-8 (8).
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

/** Name and version as most files have them, plain literals; a wrong guess only costs a second reading. */
function literalIdentity(text: string): { name: string; version: string } {
  const literal = (directive: string) =>
    new RegExp(`^${directive}=(["']?)([\\w.+~:-]+)\\1\\s*$`, 'm').exec(text)?.[2] ?? '';
  return { name: literal('PACKAGE_NAME'), version: literal('PACKAGE_VERSION') };
}

/** Element [0], as `$NAME` in bash; undefined when unset or empty. */
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

/** For --verbose: what dkms.conf came to. */
function* describeValues({ file, values }: EvaluatedConf, release: string): Iterable<string> {
  yield `${file}, evaluated for ${release}:`;
  for (const [name, elements] of values) {
    for (const [index, value] of elements) yield `  ${name}[${index}]=${JSON.stringify(value)}`;
  }
}

/** Turns the NUL-terminated records of the script into maps. */
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
      hint: 'DKMS sources this file: `exit`, `set -e`, or `a; b` on its last line, for which bash gives itself up, leaves DKMS without any directive.',
    });
  }
  return { file, values, matches, complaints };
}

/** A value that no program could be given: make's command line, a file name. */
function tooLong(file: string, record: string): ConfError {
  const [, directive = '', index = '', length = ''] =
    /^!long=(\w+)\[(\d+)\]=(\d+)$/.exec(record) ?? [];
  return new ConfError(
    'conf-value-too-long',
    `${directive}[${index}] has ${length} characters; ${MAXIMUM_VALUE} are possible`,
    {
      where: { file },
      hint: 'Linux gives no program a longer argument (execve(2)). Keep data in files of their own.',
    },
  );
}

/** All that DKMS goes on with after a syntax error is what stood above it: half a dkms.conf. */
function refuseSyntaxErrors(file: string, complaints: readonly string[]): void {
  for (const complaint of complaints) {
    if (!complaint.startsWith(`${file}: line `)) continue;
    const match = /^(\d+): ((?:syntax error|unexpected EOF).*)$/.exec(
      complaint.slice(`${file}: line `.length),
    );
    if (match?.[2] === undefined) continue;
    throw new ConfError('conf-syntax', match[2], {
      where: { file, line: Number(match[1]) },
      hint: 'bash cannot read this file to its end, and so neither can DKMS.',
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
    return new ConfError('conf-noisy', 'dkms.conf writes without end', {
      where: { file },
      output: cause.output.map((line) => line.slice(0, 200)),
      hint: 'DKMS sources this file for each kernel; it must only set variables.',
      cause,
    });
  }
  if (cause.code === 'tool-resources') {
    return new ConfError('conf-greedy', `dkms.conf ${cause.message.replace(/^\S+ /, '')}`, {
      where: { file },
      hint: 'DKMS sources this file for each kernel; it must only set variables.',
      cause,
    });
  }
  if (cause.code !== 'tool-timeout') return cause;
  return new ConfError('conf-endless', 'dkms.conf does not come to an end', {
    where: { file },
    hint: 'DKMS sources this file for each kernel; it must only set variables.',
    cause,
  });
}
