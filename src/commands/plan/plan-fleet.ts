import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InputError, UsageError } from '../../errors.ts';
import { configSchema } from '../../fleet/config/config-schema.ts';
import type { FleetConfig } from '../../fleet/config/fleet-config.ts';
import { readFleetConfig } from '../../fleet/config/read-config.ts';
import { makePlan, type PlanRequest } from '../../fleet/plan/make-plan.ts';
import { writePlan } from '../../fleet/plan/plan-file.ts';
import { readPublishedBuilds } from '../../fleet/plan/read-published-builds.ts';
import { earlierSeconds } from '../../fleet/run/earlier-seconds.ts';
import { hostArchitecture } from '../../kernel/headers.ts';
import { openArchives } from '../../pipelines/archive-kernels/open-archives.ts';
import { isFingerprint } from '../../repository/public-keys.ts';
import { prepareOutputDirectory } from '../../system/files/output.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import {
  type ArchiveArguments,
  archiveLimits,
  archiveWish,
} from '../command-line/archive-options.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { describePlan, planDocument } from './describe-plan.ts';
import { otherOptions } from './other-options.ts';
import { type PlacedNames, placeInConfig } from './place-in-config.ts';

export interface PlanArguments extends ArchiveArguments {
  readonly drivers: readonly string[];
  readonly config?: string | undefined;
  readonly output: string;
  readonly onlyMissing?: string | undefined;
  readonly key: readonly string[];
  readonly explain: boolean;
  readonly dryRun: boolean;
  readonly schema: boolean;
  readonly kernel: readonly string[];
  readonly flavour: readonly string[];
}

const CONFIG = 'dkms-deb.yaml';
/** The directory into which `run` writes results by default. */
const RESULTS = 'results';

/**
 * Plans the builds of a fleet, writes the plan, describes it, and prints its path. With --dry-run, does the same but
 * does not write the plan. The lists of the archives are fetched into the cache in any case. With --schema, only prints
 * the JSON Schema of dkms-deb.yaml.
 */
export async function plan(args: PlanArguments, context: CommandContext): Promise<CommandResult> {
  if (args.schema) {
    context.print(JSON.stringify(configSchema(), null, 2));
    return { exitStatus: 0, document: configSchema() };
  }
  const { reporter } = context;
  const { config, directory, configFile } = await readConfiguration(args);
  const named = configFile && (args.config ?? CONFIG);
  const names = placedNames(args, config);
  const archiveArguments = withConfig(args, config, directory);
  const host = await hostArchitecture();
  const wish = await placeInConfig(named, names, () => archiveWish(archiveArguments, host));
  const limits = archiveLimits(archiveArguments);
  const { architectures } = wish;
  const filter = {
    patterns: config.kernels ?? [],
    flavours: config.flavours ?? [],
    architectures,
    ...limits,
  };
  const file = resolve(args.output);
  const planDirectory = dirname(file);
  const place = repositoryPlace(args, config, directory);
  const keys = repositoryKeys(args, config, directory);
  if (!args.dryRun) await prepareOutputDirectory(planDirectory, '-o FILE');
  const make = async (scratch: string) => {
    const drivers = join(scratch, 'drivers');
    await mkdir(drivers);
    return makePlan({
      config,
      configDirectory: directory,
      configFile,
      otherOptions: otherOptions(args),
      planDirectory,
      archives: await openArchives(wish, reporter),
      filter,
      without: pathsOfFleet(config, directory, file),
      published:
        place === undefined
          ? undefined
          : (kernels) => readPublishedBuilds({ place, keys }, config, kernels, reporter),
      measured: await earlierSeconds(join(planDirectory, RESULTS), reporter),
      scratch: drivers,
      reporter,
    });
  };
  const made = await placeInConfig(named, names, () => withTemporaryDirectory('plan', make));
  if (!args.dryRun) await writePlan(file, made);
  describePlan(made, { explain: args.explain, print: (line) => context.print(line), reporter });
  context.print(file);
  return { exitStatus: 0, document: { plan: file, ...planDocument(made) } };
}

/**
 * Reads dkms-deb.yaml (or the file of --config), and replaces its settings by given options. Without this file, there
 * must be --suite, --sources or --offline, and the driver is the current directory unless arguments name drivers.
 * Throws InputError `config-missing` if there is neither the file nor such an option.
 */
async function readConfiguration(
  args: PlanArguments,
): Promise<Pick<PlanRequest, 'config' | 'configFile'> & { directory: string }> {
  const file = args.config ?? CONFIG;
  if (args.config === undefined && !existsSync(CONFIG)) {
    if (args.suite.length === 0 && args.sources.length === 0 && !args.offline) {
      throw new InputError(
        'config-missing',
        `there is no ${CONFIG} here, and no --suite is given`,
        {
          hint: "Write a dkms-deb.yaml; the smallest has two lines: 'drivers: [.]' and 'suites: [trixie]'.",
        },
      );
    }
    return {
      config: merged({ drivers: ['.'] }, args),
      directory: resolve('.'),
      configFile: undefined,
    };
  }
  const path = resolve(file);
  const config = await readFleetConfig(file);
  return { config: merged(config, args), directory: dirname(path), configFile: { path, config } };
}

/** Returns the names of the command line, and those of dkms-deb.yaml that no option replaces. */
function placedNames(args: PlanArguments, config: FleetConfig): PlacedNames {
  const { suites = [], architectures = [], flavours = [], kernels = [] } = config;
  const pairs = [
    [args.suite, suites],
    [args.arch, architectures],
    [args.flavour, flavours],
    [args.kernel, kernels],
  ] as const;
  return {
    inFile: pairs.flatMap(([given, ofFile]) => (given.length > 0 ? [] : ofFile)),
    onCommandLine: pairs.flatMap(([given]) => given),
  };
}

/** Replaces settings of dkms-deb.yaml by given options. Paths of options are relative to the current directory. */
function merged(config: FleetConfig, args: PlanArguments): FleetConfig {
  const given = (values: readonly string[]) => (values.length > 0 ? [...values] : undefined);
  const replaced = {
    drivers: given(args.drivers.map((text) => (existsSync(text) ? resolve(text) : text))),
    suites: given(args.suite),
    sources: given(args.sources.map((path) => resolve(path))),
    architectures: given(args.arch),
    flavours: given(args.flavour),
    kernels: given(args.kernel),
    latest: args.latest,
    since: args.since,
  };
  const set = Object.entries(replaced).filter(([, value]) => value !== undefined);
  return { ...config, ...(Object.fromEntries(set) as Partial<FleetConfig>) };
}

function withConfig(args: PlanArguments, config: FleetConfig, directory: string): ArchiveArguments {
  const { suites = [], sources = [], architectures = [], latest, since } = config;
  if (suites.length === 0 && sources.length === 0 && !args.offline) {
    throw new UsageError('no suite is named', {
      hint: "Add 'suites: [trixie]' to dkms-deb.yaml, or give --suite trixie.",
    });
  }
  return {
    suite: suites,
    sources: sources.map((path) => resolve(directory, path)),
    arch: architectures,
    latest,
    since,
    store: args.store,
    offline: args.offline,
    refresh: args.refresh,
  };
}

/**
 * Returns the repository of --only-missing, or undefined without this option. Throws UsageError if neither the option
 * nor dkms-deb.yaml names a repository.
 */
function repositoryPlace(
  { onlyMissing }: PlanArguments,
  { repository }: FleetConfig,
  directory: string,
): string | undefined {
  if (onlyMissing === undefined) return undefined;
  if (onlyMissing !== '') return onlyMissing;
  if (repository?.url !== undefined) return repository.url;
  if (repository?.path !== undefined) return resolve(directory, repository.path);
  throw new UsageError('--only-missing needs a repository', {
    hint: 'Name the repository: --only-missing=DIR, or add repository: {path: DIR} to dkms-deb.yaml.',
  });
}

/** Returns the keys that may sign the repository of --only-missing. Paths of dkms-deb.yaml become absolute. */
function repositoryKeys(
  { key }: PlanArguments,
  { repository }: FleetConfig,
  directory: string,
): readonly string[] {
  if (key.length > 0) return key;
  return (repository?.keys ?? []).map((one) =>
    isFingerprint(one) ? one : resolve(directory, one),
  );
}

/** Returns paths of files that may be in the tree of a driver, but belong to the fleet and are not source. */
function pathsOfFleet({ repository }: FleetConfig, directory: string, file: string): string[] {
  const own = [CONFIG, RESULTS, repository?.path ?? 'site'];
  return [file, ...own.map((path) => resolve(directory, path)), join(dirname(file), RESULTS)];
}
