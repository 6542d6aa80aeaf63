import { ARCHIVE_OPTIONS, FLAVOUR_OPTION } from '../command-line/archive-options.ts';
import { type CommandDeclaration, DRY_RUN_OPTION } from '../command-line/command.ts';
import { KERNEL_OPTION } from '../command-line/driver-options.ts';
import type { PlanArguments } from './plan-fleet.ts';

// `plan` does not have --snapshot-archive: `run` fetches kernels only from the suites that the plan names, so it could
// not fetch a kernel that no suite has any more.
const { 'snapshot-archive': _, ...PLAN_ARCHIVES } = ARCHIVE_OPTIONS;

export const planCommand: CommandDeclaration<PlanArguments> = {
  name: 'plan',
  purpose: 'decide what has to be built for a fleet, and why',
  positionals: [
    {
      name: 'drivers',
      repeat: true,
      completes: 'directory',
      describe: 'drivers to plan for, instead of the drivers in the configuration',
    },
  ],
  description: [
    'Reads dkms-deb.yaml: drivers, and the kernels of archives to build them for. Writes plan.json with tasks for `dkms-deb run`. The builds of a task are for kernels of one distribution release, compiler and architecture. Many such builds become several tasks, which take about equal time. The plan names every source, package and compiler by a hash.',
    'With `--only-missing`, a build is left out if the repository has a package with the same Build-Key: a hash of the whole input, which `plan` computes without headers. The reason of each other build is told: a new kernel, a new driver, or what changed. A plan without tasks is not an error.',
    'Options replace what dkms-deb.yaml says.',
  ],
  options: {
    config: {
      group: 'Plan',
      type: 'string',
      argument: 'FILE',
      completes: 'file',
      describe: 'the configuration (default: dkms-deb.yaml, if it exists)',
    },
    output: {
      group: 'Plan',
      alias: 'o',
      type: 'string',
      argument: 'FILE',
      default: 'plan.json',
      completes: 'file',
      describe: 'the plan to write; paths in the plan are relative to its directory',
    },
    'dry-run': { ...DRY_RUN_OPTION, group: 'Plan', describe: 'plan, but write no file' },
    'only-missing': {
      group: 'Plan',
      type: 'string',
      argument: 'REPO',
      optionalArgument: true,
      describe:
        'leave out builds that this repository (a directory or URL) has already (default: the repository in dkms-deb.yaml)',
    },
    key: {
      group: 'Plan',
      type: 'string',
      argument: 'KEY',
      repeat: true,
      default: [],
      describe:
        'fingerprint or file of a key that signs the repository (default: the keys in dkms-deb.yaml, else keys that apt trusts)',
    },
    explain: {
      group: 'Plan',
      type: 'boolean',
      default: false,
      describe: 'list each build with its reason, and what is left out',
    },
    schema: {
      group: 'Plan',
      type: 'boolean',
      default: false,
      describe: 'only print the JSON Schema of dkms-deb.yaml',
    },
    kernel: {
      ...KERNEL_OPTION,
      group: 'Kernels of an archive',
      describe: 'kernel release or glob; may be repeated',
    },
    flavour: FLAVOUR_OPTION,
    ...PLAN_ARCHIVES,
  },
  examples: [
    { command: 'dkms-deb plan', describe: 'plan all builds of dkms-deb.yaml' },
    {
      command: 'dkms-deb plan --only-missing=site --explain',
      describe: 'plan what the repository site/ does not have, and say why',
    },
    {
      command: 'dkms-deb plan --suite trixie --latest 1 .',
      describe: 'plan without a configuration: this driver for the newest kernels of trixie',
    },
  ],
  exits: ['confMissing', 'badConf', 'noHeaders'],
  environment: ['APT_CONFIG', 'XDG_CACHE_HOME'],
  files: ['dkms-deb.yaml', 'plan.json', 'dkms.conf', '/etc/apt', '~/.cache/dkms-deb/headers'],
  load: async () => (await import('./plan-fleet.ts')).plan,
};
