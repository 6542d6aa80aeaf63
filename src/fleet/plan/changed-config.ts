import { dirname, resolve } from 'node:path';
import { InputError } from '../../errors.ts';
import { digestOf } from '../../package/modules/build-key.ts';
import type { Reporter } from '../../report/reporter.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { shownPath } from '../../system/text/command-places.ts';
import { shellWord } from '../../system/text/shell-word.ts';
import { readFleetConfig } from '../config/read-config.ts';
import type { Plan } from './plan-document.ts';
import { planCommand } from './plan-file.ts';

type Configured = Pick<
  Plan,
  'archives' | 'configFile' | 'configuration' | 'kept' | 'repository' | 'tasks'
>;

/**
 * Warns if dkms-deb.yaml, or a file of sources, has changed since the plan was made: the plan still does what the files
 * said then. Another machine may not have these files. A file that is not there, or cannot be read, is not compared.
 */
export async function warnOfChangedConfig(
  plan: Configured,
  planFile: string,
  reporter: Reporter,
): Promise<void> {
  const changed = await changedFiles(plan, dirname(resolve(planFile)));
  if (changed.length === 0) return;
  const verb = changed.length === 1 ? 'has' : 'have';
  reporter.warn(
    `${changed.map(shownPath).join(', ')} ${verb} changed since ${shownPath(planFile)} was made: the plan does not have the changes`,
    replanHint(plan, planFile),
  );
}

async function changedFiles(
  { configFile, archives }: Configured,
  planDirectory: string,
): Promise<string[]> {
  const config = configFile && resolve(planDirectory, configFile.path);
  const changed: string[] = [];
  if (config !== undefined && (await isOther(config, configFile?.sha256))) changed.push(config);
  const directory = config === undefined ? planDirectory : dirname(config);
  for (const { file, text } of archives.sources) {
    const path = resolve(directory, file);
    const now = await readTreeText(path).catch(() => text);
    if (now !== text) changed.push(path);
  }
  return changed;
}

/**
 * Whether the settings in a dkms-deb.yaml have another sha256. A file that was valid before and is not valid now counts
 * as changed.
 */
async function isOther(file: string, sha256: string | undefined): Promise<boolean> {
  try {
    return digestOf(await readFleetConfig(file)) !== sha256;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.code === 'config-syntax' || error.code === 'config-invalid';
  }
}

/**
 * Returns the hint with the command that makes the plan again. The plan does not record its options. It only shows
 * whether other options were given than --config, -o and a bare --only-missing. The hint says that the same options are
 * needed, unless the plan shows that no such options were given.
 */
function replanHint(plan: Configured, planFile: string): string {
  const { configFile, configuration, repository } = plan;
  const config = configFile && resolve(dirname(resolve(planFile)), configFile.path);
  const isNamed = repository?.path !== undefined || repository?.url !== undefined;
  const words = [
    planCommand(planFile),
    ...(config === undefined || config === resolve('dkms-deb.yaml')
      ? []
      : [`--config ${shellWord(shownPath(config))}`]),
    ...(isNamed && isCompared(plan) ? ['--only-missing'] : []),
  ];
  const isPlain = configFile?.sha256 === configuration && (isNamed || !isCompared(plan));
  return `Plan again${isPlain ? '' : ' with the same options'}: ${words.join(' ')}`;
}

/**
 * Whether a plan was compared with a repository. Returns false for a plan with neither builds nor published packages
 * that stay, because such a plan does not show it.
 */
function isCompared({ kept, tasks }: Configured): boolean {
  const builds = tasks.flatMap((task) => task.builds);
  const compared = builds.length > 0 && builds.every(({ reason }) => reason !== 'not compared');
  return kept.length > 0 || compared;
}
