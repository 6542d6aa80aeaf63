import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { runConfined } from '../../system/process/confine.ts';
import { runIsolated } from '../../system/process/isolate.ts';
import { ANY_STATUS } from '../../system/process/run.ts';
import type { EvaluationContext } from './evaluation-context.ts';
import { makePlace, onlySetsVariables, type Place } from './private-place.ts';
import { readConfText } from './read-conf-text.ts';
import { evaluationArguments } from './shell-of-dkms.ts';

const EVALUATION_SECONDS = 10;
/** Of all values, and of what it says on stderr. */
const MAXIMUM_OUTPUT = 8 * 1024 * 1024;

/** git is asked for a version now and then: it writes nothing, and runs nothing that the tree configures. */
const ENVIRONMENT = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'core.fsmonitor',
  GIT_CONFIG_VALUE_0: 'false',
};

/** bash, ready to source one dkms.conf. */
export interface ConfShell {
  /** What it is called outside of the place where it is read. */
  readonly file: string;
  readonly text: string;
  /** Runs a script of evaluate-script.ts; what it says has the paths of outside. */
  run(
    script: string,
    context: EvaluationContext,
  ): Promise<{ readonly bytes: Buffer; readonly stderr: string }>;
}

/**
 * Prepares what a dkms.conf is evaluated in: its own directory where it only sets variables, or where that is
 * a copy of ours; else a private copy of it. `given`: the text that it is to have. ConfError `no-conf` (4).
 */
export async function withShell<T>(
  file: string,
  context: EvaluationContext,
  given: Buffer | undefined,
  work: (shell: ConfShell) => Promise<T>,
): Promise<T> {
  const original = await readConfText(file);
  const text = given?.toString('latin1') ?? original;
  return withTemporaryDirectory('conf', async (scratch) => {
    const place = await placeFor(file, { text, original, scratch, ...context });
    const temporary = join(scratch, 'tmp');
    await mkdir(temporary);
    return work({
      file,
      text,
      run: async (script, context) => {
        // From a file, as dkms itself is.
        const program = join(scratch, 'dkms');
        await writeFile(program, script);
        const apart = context.isolated === true ? runIsolated : runConfined;
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
            env: { ...ENVIRONMENT, TMPDIR: temporary },
            // It says nothing: the script's last record tells whether it came to its end.
            accept: ANY_STATUS,
          },
        );
        const records = Buffer.from(place.outside(bytes.toString('latin1')), 'latin1');
        return { bytes: records, stderr: place.outside(stderr) };
      },
    });
  });
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
  if (harmless && text === original) return { file, directory, outside };
  const bytes = Buffer.from(text, 'latin1');
  if (!harmless) return makePlace(file, bytes, scratch);
  // In a directory of its own: debian/dkms, or a file called tmp, is not to meet ours.
  const apart = join(scratch, 'copy');
  await mkdir(apart);
  const copy = join(apart, basename(file));
  await writeFile(copy, bytes);
  return { file: copy, directory, outside: (said) => said.replaceAll(copy, () => file) };
}

/** A directory of the tree is its copy's. */
function cwdIn(place: Place, real: string, wanted = real): string {
  const path = relative(real, wanted);
  return path === '..' || path.startsWith(`..${sep}`) ? wanted : join(place.directory, path);
}
