import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfError, DkmsDebError, EXIT } from '../errors.ts';
import type { KernelHeaders } from '../kernel/headers.ts';
import { withTemporaryDirectory } from '../system/cleanup.ts';
import { run } from '../system/run.ts';
import type { Directive } from './directives.ts';
import { EVALUATE_SCRIPT } from './evaluate-script.ts';

/** What the shell of DKMS knows when it sources dkms.conf. */
export interface EvaluationContext {
  readonly kernel: Pick<KernelHeaders, 'release' | 'machine' | 'directory' | 'configFile'>;
  /** Where DKMS would keep its state; `$dkms_tree/<name>/<version>/build` is the build directory. */
  readonly dkmsTree?: string;
  /** Where DKMS would find `<name>-<version>/`. */
  readonly sourceTree?: string;
  /** Name and version, where an earlier evaluation has told them: saves one. */
  readonly identity?: { readonly name: string; readonly version: string };
}

/** Values of the directives by array index, and which of the matched expressions hold. */
export interface EvaluatedConf {
  readonly file: string;
  readonly values: ReadonlyMap<string, ReadonlyMap<number, string>>;
  readonly matches: ReadonlyMap<string, ReadonlyMap<number, boolean>>;
  /** What dkms.conf or bash said on stderr. */
  readonly complaints: readonly string[];
}

/** Seconds that a dkms.conf may take: a real one is done in a few milliseconds. */
const EVALUATION_SECONDS = 10;

/**
 * Evaluates dkms.conf with bash as DKMS does, for one kernel. The name and version that its own
 * paths depend on are the conf's own: it is read once to learn them and once more to use them.
 * ConfError: missing file (4), endless loop, `exit`, syntax error (8).
 */
export async function evaluateConf(
  confFile: string,
  context: EvaluationContext,
): Promise<EvaluatedConf> {
  const file = resolve(confFile);
  if (!existsSync(file)) {
    throw new ConfError(
      'no-conf',
      'could not locate dkms.conf',
      {
        where: { file },
        hint: 'Name it with --conf FILE, or run dkms-deb init in a tree that has one.',
      },
      EXIT.confMissing,
    );
  }
  const { identity } = context;
  if (identity) return evaluateOnce(file, context, identity.name, identity.version);
  const first = await evaluateOnce(file, context, '', '');
  const name = scalar(first, 'PACKAGE_NAME');
  const version = scalar(first, 'PACKAGE_VERSION');
  return evaluateOnce(file, context, name ?? '', version ?? '');
}

/** Element [0], as `$NAME` in bash; undefined when unset or empty. */
export function scalar(conf: EvaluatedConf, directive: Directive): string | undefined {
  return conf.values.get(directive)?.get(0) || undefined;
}

async function evaluateOnce(
  file: string,
  context: EvaluationContext,
  name: string,
  version: string,
): Promise<EvaluatedConf> {
  return withTemporaryDirectory('conf', async (scratch) => {
    const { kernel } = context;
    const result = await run(
      'bash',
      [
        '--norc',
        '--noprofile',
        '-c',
        EVALUATE_SCRIPT,
        'dkms',
        file,
        join(scratch, 'values'),
        kernel.release,
        kernel.machine,
        name,
        version,
        context.dkmsTree ?? '/var/lib/dkms',
        context.sourceTree ?? '/usr/src',
        '/lib/modules',
        kernel.directory,
        kernel.configFile ?? join(kernel.directory, '.config'),
      ],
      { cwd: dirname(file), timeoutSeconds: EVALUATION_SECONDS, env: { TMPDIR: scratch } },
    ).catch((cause: unknown) => {
      throw explainFailure(file, cause);
    });
    return readRecords(file, result.stdout, result.stderr);
  });
}

/** Turns the NUL-terminated records of the script into maps. */
function readRecords(file: string, stdout: string, stderr: string): EvaluatedConf {
  const values = new Map<string, Map<number, string>>();
  const matches = new Map<string, Map<number, boolean>>();
  let ended = false;
  for (const record of stdout.split('\0')) {
    const match = /^(~?)(\w+)\[(\d+)\]=(.*)$/s.exec(record);
    if (record === '!ended=yes') ended = true;
    if (match?.[2] === undefined) continue;
    const [, mark, name, index = '0', value = ''] = match;
    if (mark === '~') entry(matches, name).set(Number(index), value === 'yes');
    else entry(values, name).set(Number(index), value);
  }
  const complaints = stderr.split('\n').filter((line) => line !== '');
  if (!ended) {
    throw new ConfError('conf-ended-early', 'dkms.conf does not run to its end', {
      where: { file },
      output: complaints.slice(-5),
      hint: 'DKMS sources this file: `exit` or a syntax error in it leaves DKMS without any directive.',
    });
  }
  return { file, values, matches, complaints };
}

function entry<T>(maps: Map<string, Map<number, T>>, name: string): Map<number, T> {
  const found = maps.get(name) ?? new Map<number, T>();
  maps.set(name, found);
  return found;
}

function explainFailure(file: string, cause: unknown): unknown {
  if (!(cause instanceof DkmsDebError) || cause.code !== 'tool-timeout') return cause;
  return new ConfError('conf-endless', `dkms.conf did not end within ${EVALUATION_SECONDS} s`, {
    where: { file },
    hint: 'DKMS sources this file for each kernel; it must only set variables.',
    cause,
  });
}
