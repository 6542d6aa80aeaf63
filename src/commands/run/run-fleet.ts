import { dirname, isAbsolute, join, resolve } from 'node:path';
import { DkmsDebError, UsageError } from '../../errors.ts';
import { warnOfChangedConfig } from '../../fleet/plan/changed-config.ts';
import type { Plan } from '../../fleet/plan/plan-document.ts';
import { readPlan } from '../../fleet/plan/plan-file.ts';
import { certificateForms } from '../../fleet/plan/signer-forms.ts';
import { expectedFiles } from '../../fleet/run/expected-files.ts';
import type { BuildResult } from '../../fleet/run/results-document.ts';
import { chosenTasks, runPlan } from '../../fleet/run/run-plan.ts';
import type { Runner } from '../../fleet/run/run-worker.ts';
import type { WantedSigners } from '../../fleet/run/take-over.ts';
import { hostArchitecture } from '../../kernel/headers.ts';
import { isTokenUri } from '../../module/sign/token-uri.ts';
import { withProgramPath } from '../../system/text/program-path.ts';
import { splitWords } from '../../system/text/split-words.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { readSigning, type SignArguments, warnUnverified } from '../command-line/read-signing.ts';
import { workerOptions } from './worker-options.ts';

export interface RunArguments extends SignArguments {
  readonly plan: string;
  readonly task: readonly string[];
  readonly runner?: string | undefined;
  readonly jobs?: number | undefined;
  readonly timeout: number;
  readonly output: string;
  readonly dryRun: boolean;
  readonly store?: string | undefined;
  readonly offline: boolean;
}

const RUNNER_HINT = "Give the words before dkms-deb, such as --runner 'srun -Q -N1'.";
const TASKS_AT_ONCE = 4;
/** The longest time that --timeout may allow: a week. */
const MOST_SECONDS = 604_800;

/**
 * Runs tasks of a plan and prints the paths of the packages. With --dry-run, only prints the paths that would be
 * written.
 */
export async function runFleet(
  args: RunArguments,
  context: CommandContext,
): Promise<CommandResult> {
  const { reporter } = context;
  const { jobs, timeout, offline } = args;
  if (jobs !== undefined && !(Number.isInteger(jobs) && jobs >= 1)) {
    throw new UsageError('--jobs needs a whole number of at least 1');
  }
  if (!(Number.isInteger(timeout) && timeout >= 1 && timeout <= MOST_SECONDS)) {
    throw new UsageError(`--timeout needs a number of seconds from 1 to ${MOST_SECONDS}`);
  }
  const prefix =
    args.runner === undefined ? undefined : splitWords(args.runner, '--runner', RUNNER_HINT);
  const planFile = resolve(args.plan);
  const plan = await readPlan(planFile);
  await warnOfChangedConfig(plan, planFile, reporter);
  const output = resolve(args.output);
  if (args.dryRun) {
    const files = expectedFiles(plan, planFile, chosenTasks(plan, args.task)).map((name) =>
      join(output, name),
    );
    for (const file of files) context.print(file);
    return { exitStatus: 0, document: { output, plan: plan.sha256, files } };
  }
  const signing = signArguments(args, plan, planFile);
  // With a runner, the key is not opened here, because only the workers need it.
  const signer = prefix === undefined ? await readSigning(signing) : undefined;
  if (signer?.certificates.length === 0) warnUnverified(reporter);
  const runner: Runner | undefined = prefix && {
    prefix,
    options: workerOptions(args),
    timeoutSeconds: timeout,
  };
  const outcome = await runPlan({
    plan,
    planFile,
    output,
    tasks: args.task,
    runner,
    atOnce: jobs ?? TASKS_AT_ONCE,
    host: await hostArchitecture(),
    signers: await wantedSigners(signing),
    signer,
    jobs,
    store: args.store,
    offline,
    reporter,
  });
  const builds = outcome.results.flatMap(({ task, builds: own }) =>
    own.map((build) => ({ ...build, task })),
  );
  const paths = builds.flatMap(({ task, file, dbgsym, common }) =>
    [file, dbgsym, common].flatMap((name) => (name === undefined ? [] : join(output, task, name))),
  );
  // The builds of a task may share a package with files for all kernels (`common`). Because of Set, its path is printed
  // only once.
  for (const path of new Set(paths)) context.print(path);
  const count = (status: BuildResult['status']) =>
    builds.filter((build) => build.status === status).length;
  reporter.note(
    `${builds.length} builds: ${count('built')} built, ${count('excluded')} excluded, ${count('failed')} failed.`,
  );
  const document = {
    output,
    plan: plan.sha256,
    doneBefore: outcome.skipped,
    builds,
  };
  return { exitStatus: outcome.exitStatus, document };
}

/**
 * Returns the signing options. If the command line has a signing option, all of them come from the command line.
 * Otherwise they come from the plan, if the plan names a key or a command. Otherwise nothing is signed.
 */
function signArguments(args: RunArguments, plan: Plan, planFile: string): SignArguments {
  const { signKey, signCert, signCommand, signHash, signTimeout } = args;
  const phrases = [args.signPassphraseFile, args.signPassphraseEnv];
  const isGiven = [signKey, signCert, signCommand, signHash, signTimeout, ...phrases].some(
    (value) => value !== undefined && value.length > 0,
  );
  const { sign } = plan.packages;
  if (isGiven || sign === undefined) return args;
  // If the plan only names a certificate, bmdeb-sign signs the packages later.
  if (sign.key === undefined && sign.command === undefined) return {};
  const place = (path: string) =>
    isAbsolute(path) || isTokenUri(path) ? path : resolve(dirname(planFile), path);
  const list = (value: string | readonly string[] | undefined) =>
    value === undefined ? [] : typeof value === 'string' ? [value] : value;
  const { 'passphrase-file': file, 'passphrase-env': variable, timeout } = sign;
  return {
    signKey: list(sign.key).map(place),
    signCert: list(sign.certificate).map(place),
    signPassphraseFile: file === undefined ? [] : [place(file)],
    signPassphraseEnv: variable === undefined ? [] : [variable],
    signCommand: sign.command === undefined ? undefined : withProgramPath(sign.command, place),
    signHash: sign.hash,
    signTimeout: timeout === undefined ? undefined : String(timeout),
  };
}

/**
 * Returns who signs the modules: [] if nothing is to be signed. Returns undefined if no certificate is given, or if
 * only the workers can read the certificates.
 */
async function wantedSigners(args: SignArguments): Promise<WantedSigners> {
  const { signKey = [], signCert = [], signCommand } = args;
  if (signKey.length === 0 && signCommand === undefined) return [];
  if (signCert.length === 0) return undefined;
  const sign = { certificate: [...signCert] };
  return certificateForms({ sign }, '.').catch((error: unknown) => {
    if (error instanceof DkmsDebError) return undefined;
    throw error;
  });
}
