import { relative, resolve } from 'node:path';
import type { KernelFilter } from '../../archives/kernels/choose-kernels.ts';
import { parsePerson } from '../../debian/person.ts';
import { InputError } from '../../errors.ts';
import { digestOf } from '../../package/modules/build-key.ts';
import type { OpenArchives } from '../../pipelines/archive-kernels/open-archives.ts';
import type { Reporter } from '../../report/reporter.ts';
import { isFingerprint } from '../../repository/public-keys.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { version } from '../../system/text/project-file.ts';
import type { FleetConfig } from '../config/fleet-config.ts';
import { decideBuilds } from './decide-builds.ts';
import type { MeasuredSeconds } from './driver-cost.ts';
import { driverSpec } from './driver-spec.ts';
import { excludeKernels } from './exclude-kernels.ts';
import { findDrivers } from './find-drivers.ts';
import { findKernels, findToolchains } from './find-kernels.ts';
import { makeTasks } from './make-tasks.ts';
import { PLAN_SCHEMA, type Plan } from './plan-document.ts';
import { sealPlan } from './plan-file.ts';
import { planKeys } from './plan-keys.ts';
import { plannedPackages, relocated } from './planned-packages.ts';
import { lookUpBuilds, type PublishedBuilds } from './published-builds.ts';
import { certificateForms } from './signer-forms.ts';

/** What a plan is made from. */
export interface PlanRequest {
  /** The contents of dkms-deb.yaml. Options of the command line have already replaced values in it. */
  readonly config: FleetConfig;
  /** The directory of dkms-deb.yaml. The paths in that file are relative to it. */
  readonly configDirectory: string;
  /** The path of dkms-deb.yaml, and the contents of the file without options. Undefined if there is no such file. */
  readonly configFile?: { readonly path: string; readonly config: FleetConfig } | undefined;
  /** The options of the command line for which dkms-deb.yaml has no setting. Undefined if none is given. */
  readonly otherOptions?: Readonly<Record<string, unknown>> | undefined;
  readonly planDirectory: string;
  readonly archives: OpenArchives;
  readonly filter: KernelFilter;
  /** Paths that are not a part of any driver's source: the plan, results, the repository. */
  readonly without: readonly string[];
  /** Returns the builds that a repository has. Undefined if everything is to be built. */
  readonly published: ((plan: Pick<Plan, 'kernels'>) => Promise<PublishedBuilds>) | undefined;
  /**
   * How long builds took, from the results in the plan's directory. These times take precedence over the times in the
   * repository.
   */
  readonly measured: MeasuredSeconds;
  readonly scratch: string;
  readonly reporter: Reporter;
}

const TASK_MINUTES = 10;

/** Makes a plan. Writes only caches. Throws the errors of the functions that it calls. */
export async function makePlan(request: PlanRequest): Promise<Plan> {
  const { config, configDirectory, configFile, otherOptions, planDirectory } = request;
  const { archives, filter, scratch, reporter } = request;
  const choices = plannedPackages(config, configDirectory, planDirectory);
  const requirement = { required: config.required, allowFailure: config['allow-failure'] ?? [] };
  const kernels = findKernels(archives, filter, requirement, reporter);
  const toolchains = await findToolchains(archives, kernels);
  const specs = config.drivers.map((driver) => driverSpec(driver, configDirectory));
  const published = await request.published?.({ kernels });
  const measured = new Map([...(published?.seconds ?? []), ...request.measured]);
  const { without } = request;
  const maintainer = maintainerOf(config);
  const search = { archives, scratch, planDirectory, without, maintainer, measured, reporter };
  const found = await findDrivers(specs, search);
  const drivers = found.map(({ planned }) => planned);
  const exclusions = new Map<string, ReadonlyMap<string, string>>();
  for (const { planned, read } of found) {
    exclusions.set(planned.id, await excludeKernels(read, kernels));
    await read.store();
  }
  const wish = {
    dbgsym: choices.dbgsym,
    signers: await certificateForms(config, configDirectory),
  };
  const decision = decideBuilds({
    drivers,
    kernels,
    keys: planKeys(drivers, toolchains, choices),
    exclusion: (driver, kernel) => exclusions.get(driver.id)?.get(kernel.id),
    published: published && lookUpBuilds(published, wish),
  });
  for (const [driver, version] of decision.unchanged) {
    reporter.warn(
      `the source of ${driver} has changed, but the version of the driver is still ${version}: the versions of the new packages differ from the published versions only in a suffix such as +b1`,
      'Give the driver a new version: a changelog entry, or snapshot: true.',
    );
  }
  const costs = new Map(drivers.map(({ id, cost }) => [id, cost.seconds]));
  const seconds = (config['task-minutes'] ?? TASK_MINUTES) * 60;
  return sealPlan({
    schema: PLAN_SCHEMA,
    created: new Date().toISOString(),
    tool: version(),
    configuration: digestOf(otherOptions === undefined ? config : { ...config, otherOptions }),
    ...(configFile && {
      configFile: {
        path: relative(planDirectory, configFile.path),
        sha256: digestOf(configFile.config),
      },
    }),
    host: archives.host,
    archives: {
      suites: config.suites ?? [],
      sources: await Promise.all(
        (config.sources ?? []).map(async (file) => ({
          file,
          text: await readTreeText(resolve(configDirectory, file)),
        })),
      ),
      architectures: [...filter.architectures],
    },
    packages: choices,
    ...(config.repository && {
      repository: {
        ...config.repository,
        ...(config.repository.path !== undefined && {
          path: relocated(config.repository.path, configDirectory, planDirectory),
        }),
        ...(config.repository.keys !== undefined && {
          keys: config.repository.keys.map((key) =>
            isFingerprint(key) ? key : relocated(key, configDirectory, planDirectory),
          ),
        }),
      },
    }),
    without: without.map((path) => relative(planDirectory, path)),
    drivers,
    kernels,
    toolchains,
    tasks: makeTasks(decision.builds, { cost: costs, seconds }),
    kept: decision.kept,
    excluded: decision.excluded,
  });
}

function maintainerOf({ maintainer }: FleetConfig) {
  if (maintainer === undefined) return undefined;
  const person = parsePerson(maintainer);
  if (person !== undefined) return person;
  throw new InputError(
    'bad-maintainer',
    `maintainer ${JSON.stringify(maintainer)} is not a name with a mail address`,
    {
      hint: "Write the maintainer like 'Jane Doe <jane@example.org>'.",
    },
  );
}
