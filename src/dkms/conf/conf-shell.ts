import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { ConfError } from '../../errors.ts';
import { GIT_FOR_SCRIPTS } from '../../system/git/run-git.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { runConfined } from '../../system/process/confine.ts';
import { runIsolated } from '../../system/process/isolate.ts';
import { READING_TOGETHER } from '../../system/process/limits.ts';
import { diskFull, toldOfNoRoom } from '../../system/process/no-room.ts';
import { ANY_STATUS, run } from '../../system/process/run.ts';
import { lastLines } from '../../system/text/last-lines.ts';
import type { EvaluationContext } from './evaluation-context.ts';
import { changedPlace, stateOf } from './linked-places.ts';
import { onlySetsVariables, setsPlainVariables } from './only-sets-variables.ts';
import { makePlace, type Place } from './private-place.ts';
import { readConfText } from './read-conf-text.ts';
import { evaluationArguments } from './shell-of-dkms.ts';

/**
 * The time limit for evaluating a dkms.conf, in seconds. A file that takes longer is an error. A real dkms.conf takes a
 * few milliseconds.
 */
const EVALUATION_SECONDS = 8;
/**
 * The limit in bytes for the output of one evaluation, with all values and all error messages together. More output is
 * an error.
 */
const MAXIMUM_OUTPUT = 8 * 1024 * 1024;

/** A bash that can source one dkms.conf. */
export interface ConfShell {
  /** The path of dkms.conf in the tree, not in a copy. */
  readonly file: string;
  readonly text: string;
  /**
   * Runs a script of evaluate-script.ts. In its output, paths of the private copy are replaced by the
   * original ones. Throws ConfError `conf-writes`, SystemError `disk-full`, and the errors of run().
   */
  run(
    script: string,
    context: EvaluationContext,
  ): Promise<{ readonly bytes: Buffer; readonly stderr: string }>;
}

/**
 * Prepares the directory in which a dkms.conf is evaluated, and calls `work`. This is the original directory if the
 * file only sets variables, or if the directory is already a copy made by dkms-deb. Otherwise, and for the file of a
 * stranger, it is a new private copy. `given` replaces the text of the file. Throws the errors of readConfText.
 */
export async function withShell<T>(
  file: string,
  context: EvaluationContext,
  given: Buffer | undefined,
  work: (shell: ConfShell) => Promise<T>,
): Promise<T> {
  const original = await readConfText(file);
  const text = given?.toString('latin1') ?? original;
  const apart = runnerFor(text, context);
  return withTemporaryDirectory('conf', async (scratch) => {
    const place = await placeFor(file, { text, original, scratch, ...context });
    const temporary = join(scratch, 'tmp');
    await mkdir(temporary);
    return work({
      file,
      text,
      run: async (script, context) => {
        // The script is written to a file that bash runs, because dkms is a bash script in a file, too.
        const program = join(scratch, 'dkms');
        await writeFile(program, script);
        const before = stateOf(place.linked);
        const { bytes, stderr } = await apart(
          'bash',
          [
            ...['--norc', '--noprofile', program, place.file, join(scratch, 'values')],
            ...evaluationArguments(context),
          ],
          {
            scratch,
            cwd: cwdIn(place, dirname(file), context.cwd),
            timeoutSeconds: context.timeoutSeconds ?? EVALUATION_SECONDS,
            maximumOutput: MAXIMUM_OUTPUT,
            together: READING_TOGETHER,
            env: { ...GIT_FOR_SCRIPTS, TMPDIR: temporary },
            // bash's exit status does not matter: the last record of the output says whether the script ran to its
            // end.
            accept: ANY_STATUS,
          },
        );
        // If the disk is full, bash cannot write a value to the scratch file, and goes on without it.
        if (toldOfNoRoom(stderr)) throw diskFull(undefined, { output: lastLines(stderr, 5) });
        const changed = changedPlace(before, place.linked);
        if (changed !== undefined) throw writes(file, changed);
        const records = Buffer.from(place.outside(bytes.toString('latin1')), 'latin1');
        return { bytes: records, stderr: place.outside(stderr) };
      },
    });
  });
}

function writes(file: string, changed: string): ConfError {
  return new ConfError('conf-writes', `dkms.conf changes ${changed}`, {
    where: { file },
    hint: 'Check what was changed, and only set variables in the file: DKMS sources it for each kernel.',
  });
}

/**
 * Returns the function that runs bash. A file that runs nothing needs no namespace, and making one takes longer than
 * bash itself.
 */
function runnerFor(text: string, { isolated }: EvaluationContext) {
  if (isolated === true) return runIsolated;
  return setsPlainVariables(text) ? run : runConfined;
}

async function placeFor(
  file: string,
  about: { text: string; original: string; scratch: string } & Pick<
    EvaluationContext,
    'inPlace' | 'isolated'
  >,
): Promise<Place> {
  const { text, original, scratch } = about;
  const directory = dirname(file);
  const outside = (said: string) => said;
  const harmless = !about.isolated && (about.inPlace === true || onlySetsVariables(text));
  const linked: string[] = [];
  if (harmless && text === original) return { file, directory, linked, outside };
  const bytes = Buffer.from(text, 'latin1');
  if (!harmless) return makePlace(file, bytes, scratch);
  // The copy is in its own directory, because dkms.conf may have the name of another file in `scratch`: dkms, tmp.
  const apart = join(scratch, 'copy');
  await mkdir(apart);
  const copy = join(apart, basename(file));
  await writeFile(copy, bytes);
  return { file: copy, directory, linked, outside: (said) => said.replaceAll(copy, () => file) };
}

/**
 * Returns the directory in which bash runs. For `wanted` at or below `real`, the directory of dkms.conf, this is the
 * same directory in the copy; any other `wanted` is returned as it is.
 */
function cwdIn(place: Place, real: string, wanted = real): string {
  const path = relative(real, wanted);
  return path === '..' || path.startsWith(`..${sep}`) ? wanted : join(place.directory, path);
}
