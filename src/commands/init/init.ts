import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { applyPlan } from '../../debianize/apply.ts';
import { isChange } from '../../debianize/decide-file.ts';
import { diffOf } from '../../debianize/diff.ts';
import { doubtsOf, explainDriver } from '../../debianize/explain.ts';
import type { PlannedFile } from '../../debianize/files/generated-file.ts';
import { type IncompleteSource, incompleteSource } from '../../debianize/incomplete-source.ts';
import { type Plan, planDebian } from '../../debianize/plan.ts';
import { limitSource } from '../../dkms/source/source-limits.ts';
import type { Choices, RulesStyle, SourceFormat } from '../../driver/conf/init-memory.ts';
import { type Driver, readDriver } from '../../driver/read-driver.ts';
import { EXIT, UsageError } from '../../errors.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { MANIFEST } from '../../package/debhelper/supported-files.ts';
import { sourceTimestamp } from '../../package/source-date-epoch.ts';
import { trialKernels } from '../../pipelines/archive-kernels/trial-kernels.ts';
import { takeGuesses } from '../../report/question.ts';
import type { Reporter } from '../../report/reporter.ts';
import { hasRpm, planRpm, type RpmPlan } from '../../rpm/plan-rpm.ts';
import { holdLinksWithin } from '../../system/files/tree-bounds.ts';
import { removeLeftoversOfTree, withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { readArchiveChoice, withStoreOf } from '../command-line/archive-choice.ts';
import { type ArchiveArguments, NO_ARCHIVES } from '../command-line/archive-options.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { readAllowedFiles, readMaxSize, readSet } from '../command-line/driver-options.ts';
import { readAsking } from './ask-unknown.ts';
import { howToBuild } from './how-to-build.ts';
import { reportFindings, reportPlan } from './init-report.ts';
import { reportRpmPlan } from './rpm-report.ts';

export interface InitArguments extends Partial<ArchiveArguments> {
  readonly maxSize?: string | undefined;
  readonly directory: string;
  readonly conf?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly debianVersion?: string | undefined;
  readonly allowFile?: readonly string[] | undefined;
  readonly rules?: RulesStyle | undefined;
  readonly format?: SourceFormat | undefined;
  readonly changelog?: 'git' | undefined;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly diff?: boolean;
  readonly check?: boolean;
  readonly explain?: boolean;
  readonly rpm?: boolean;
  readonly yes?: boolean;
  readonly kernel?: readonly string[];
}

/**
 * Writes debian/ for the driver in a directory. Also writes rpm/ if --rpm is given, or if an earlier run of init wrote
 * it. Prints the paths of the changed files, or the differences with --diff. With --diff, --dry-run or --check, no file
 * is written.
 */
export async function init(args: InitArguments, context: CommandContext): Promise<CommandResult> {
  limitSource(readMaxSize(args.maxSize));
  const directory = resolve(args.directory);
  holdLinksWithin(directory);
  await removeLeftoversOfTree(directory);
  const writes = !args.dryRun && !args.diff && !args.check;
  const questions = args.yes ? takeGuesses : writes ? context.questions : undefined;
  const driver = await withTemporaryDirectory('init', (scratch) => {
    const read = (answered: InitArguments) =>
      readDriverFor(answered, directory, scratch, context.reporter);
    if (questions === undefined) return read(args);
    return readAsking(args, directory, read, { questions, reporter: context.reporter });
  });
  const plan = await planDebian(driver, {
    timestamp: sourceTimestamp(Math.floor(Date.now() / 1000)),
    force: args.force,
    tags: args.changelog === 'git',
  });
  const knowsRpm = await hasRpm(directory);
  const withRpm = args.rpm || knowsRpm;
  const rpm = withRpm ? await planRpm(driver, plan, { force: args.force }) : undefined;
  const files = [
    ...plannedFiles(plan, 'debian', driver.manifest !== undefined),
    ...(rpm === undefined ? [] : plannedFiles(rpm, 'rpm', knowsRpm)),
  ];
  const incomplete = plan.foreign ? [] : incompleteSource(driver);
  const changed = plan.files.filter(isChange);
  const changedRpm = rpm?.files.filter(isChange) ?? [];
  if (writes) await applyPlan(directory, plan);
  if (writes && rpm !== undefined) await applyPlan(directory, rpm, 'rpm');
  reportFindings(driver, context.reporter, { explain: args.explain ?? false });
  if (args.diff) {
    await printDiffs(plan, 'debian', context);
    if (rpm !== undefined) await printDiffs(rpm, 'rpm', context);
  } else {
    for (const { path } of files.filter(isChange)) context.print(path);
  }
  reportPlan(driver, plan, context.reporter, { writes, check: args.check ?? false, incomplete });
  if (rpm !== undefined) {
    reportRpmPlan(driver, rpm, context.reporter, { writes, check: args.check ?? false });
  }
  if (writes && !plan.foreign && driver.manifest === undefined) {
    context.reporter.note(
      `debian/${MANIFEST} remembers for the next run what init wrote: commit it with the other files.`,
    );
  }
  if (writes && changed.length > 0) {
    const how = await howToBuild(plan, process.argv[1] ?? 'dkms-deb');
    if (how !== undefined) context.reporter.note(how);
  }
  const isWhole =
    changed.length + changedRpm.length === 0 &&
    plan.marks.length + (rpm?.marks.length ?? 0) === 0 &&
    plan.unlisted.length === 0 &&
    !incomplete.some(({ certain }) => certain);
  const outdated = args.check && !isWhole;
  return {
    exitStatus: outdated ? EXIT.failed : 0,
    document: documentOf({ driver, plan, rpm, files, incomplete }),
  };
}

/**
 * Reads the driver. A tree without dkms.conf is built on trial: for the kernels that the options for archives choose,
 * or without these options for installed kernels. Throws UsageError for -k without these options.
 */
async function readDriverFor(
  args: InitArguments,
  directory: string,
  scratch: string,
  reporter: Reporter,
): Promise<Driver> {
  const kernel = args.kernel ?? [];
  const archives = await readArchiveChoice({ ...NO_ARCHIVES, ...args, kernel });
  if (archives === undefined && kernel.length > 0) {
    throw new UsageError('-k needs --suite or --sources', {
      hint: 'Leave -k out: the newest and the oldest kernel with installed headers are tried.',
    });
  }
  const kernels = archives && (() => trialKernels(archives, scratch, reporter));
  const choices = choicesOf(args, directory);
  return withStoreOf(archives, () =>
    readDriver(directory, referenceKernel(), { choices, reporter, kernels }),
  );
}

/** Returns the choices on the command line. For all other choices, init uses the choices of its earlier run. */
function choicesOf(args: InitArguments, directory: string): Choices {
  const set = readSet(args.set);
  return {
    ...(args.rules === undefined ? {} : { rules: args.rules }),
    ...(args.format === undefined ? {} : { format: args.format }),
    ...(args.conf === undefined ? {} : { conf: confInTree(directory, args.conf) }),
    ...(set === undefined ? {} : { set }),
    ...(args.allowFile === undefined || args.allowFile.length === 0
      ? {}
      : { allowFiles: readAllowedFiles(directory, args.allowFile) }),
    ...(args.debianVersion === undefined ? {} : { debianVersion: args.debianVersion }),
  };
}

/**
 * Returns the path of --conf, relative to the tree. The given path may be relative to the current directory, which is
 * tried first, or to the tree.
 */
function confInTree(directory: string, path: string): string {
  return existsSync(resolve(path)) ? relative(directory, resolve(path)) : path;
}

type FileAction = Pick<PlannedFile, 'path' | 'action'>;

/**
 * Returns the path of each planned file, and what init does with the file; init may also keep or remove a file. If
 * MANIFEST changes, it comes last; init records in it what it wrote. `isKnown` is true if MANIFEST existed before.
 */
function plannedFiles(
  { files, manifest, manifestChanged }: Pick<Plan, 'files' | 'manifest' | 'manifestChanged'>,
  directory: 'debian' | 'rpm',
  isKnown: boolean,
): FileAction[] {
  const memory: FileAction = { path: MANIFEST, action: isKnown ? 'update' : 'create' };
  const changes = manifestChanged && manifest !== undefined ? [memory] : [];
  return [...files, ...changes].map(({ path, action }) => ({
    path: `${directory}/${path}`,
    action,
  }));
}

/** Prints the diffs of the files. A file that init keeps has no diff. With --force, init keeps no file. */
async function printDiffs(
  { files }: Pick<Plan, 'files'>,
  directory: 'debian' | 'rpm',
  context: CommandContext,
): Promise<void> {
  for (const file of files) {
    if (!isChange(file) && file.action !== 'suggest') continue;
    const text = await diffOf(file, directory);
    if (text !== '') context.print(text.trimEnd());
  }
}

interface InitResult {
  readonly driver: Driver;
  readonly plan: Plan;
  readonly rpm: RpmPlan | undefined;
  readonly files: readonly FileAction[];
  readonly incomplete: readonly IncompleteSource[];
}

function documentOf({ driver, plan, rpm, files, incomplete }: InitResult): unknown {
  return {
    package: driver.packageName,
    version: driver.version,
    dkms: { name: driver.conf.name, version: driver.conf.version },
    files,
    unknown: [...new Set([...plan.files, ...(rpm?.files ?? [])].flatMap((file) => file.unknown))],
    marks: [
      ...plan.marks.map(({ path, line }) => ({ path: `debian/${path}`, line })),
      ...(rpm?.marks ?? []).map(({ path, line }) => ({ path: `rpm/${path}`, line })),
    ],
    incomplete: incomplete.map(({ message, certain }) => ({ message, certain })),
    doubts: doubtsOf(driver),
    facts: explainDriver(driver),
  };
}
