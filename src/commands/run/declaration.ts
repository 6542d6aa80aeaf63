import { type CommandDeclaration, DRY_RUN_OPTION } from '../command-line/command.ts';
import { JOBS_OPTION } from '../command-line/driver-options.ts';
import { SIGN_OPTIONS } from '../command-line/sign-options.ts';
import type { RunArguments } from './run-fleet.ts';

export const runCommand: CommandDeclaration<RunArguments> = {
  name: 'run',
  purpose: 'build what a plan says, here or on other machines',
  positionals: [],
  description: [
    'Runs the tasks of a plan.json, all of them or those of `--task`. Headers, compilers and drivers are fetched by the hashes in the plan. Each task writes its packages and a results.json into a directory of its own below `-o`; junit.xml and summary.md are about all tasks.',
    'If a build for a required kernel fails, the exit status is that of its error, as with `bmdeb`; other failures are only reported. A task is not run again if all its builds are built or excluded. Results of another plan are moved into `earlier` below `-o`; results of that plan for tasks with the same input are taken over. While a run works, a run of another plan with the same `-o` is refused.',
    'With `--runner`, each task is started as `PREFIX dkms-deb run --plan FILE --task ID -o DIR`, several at once. PREFIX is split into words as by a shell, but no shell runs it. The worker needs the same paths. A worker that is killed, that hangs or that leaves no results is tried once more.',
  ],
  options: {
    plan: {
      group: 'Tasks',
      type: 'string',
      argument: 'FILE',
      default: 'plan.json',
      completes: 'file',
      describe: 'the plan to run',
    },
    task: {
      group: 'Tasks',
      type: 'string',
      argument: 'ID',
      repeat: true,
      default: [],
      describe: 'only this task; may be repeated',
    },
    runner: {
      group: 'Tasks',
      type: 'string',
      argument: 'PREFIX',
      describe: "command that runs a task elsewhere, such as 'srun -Q -N1 -c2' or 'ssh host'",
    },
    jobs: {
      ...JOBS_OPTION,
      group: 'Tasks',
      describe: 'processors to use (default: all); with --runner: tasks at once (default: 4)',
    },
    timeout: {
      group: 'Tasks',
      type: 'number',
      argument: 'SECONDS',
      default: 14_400,
      describe: 'with --runner: time limit for one task',
    },
    output: {
      group: 'Results',
      alias: 'o',
      type: 'string',
      argument: 'DIR',
      default: 'results',
      completes: 'directory',
      describe: 'directory for the results, made if missing',
    },
    'dry-run': {
      ...DRY_RUN_OPTION,
      describe:
        'only list the packages of the plan; a driver may exclude a kernel during the build, and then its package is not built',
    },
    store: {
      group: 'Kernels of an archive',
      type: 'string',
      argument: 'DIR',
      completes: 'directory',
      describe: 'keep headers and compilers in DIR (default: ~/.cache/dkms-deb/headers)',
    },
    offline: {
      group: 'Kernels of an archive',
      type: 'boolean',
      default: false,
      describe: 'fetch nothing: only use what is in the store',
    },
    ...SIGN_OPTIONS,
  },
  examples: [
    { command: 'dkms-deb run', describe: 'run all tasks of plan.json here' },
    {
      command: 'dkms-deb run --task trixie-gcc14-amd64-1',
      describe: 'run one task, as a job of a CI system does',
    },
    {
      command: "dkms-deb run --runner 'srun -Q -N1 -c2' --jobs 20",
      describe: 'run up to 20 tasks at once on a Slurm cluster',
    },
  ],
  exits: [
    'makeFailed',
    'moduleMissing',
    'patchMissing',
    'patchFailed',
    'badConf',
    'buildDepends',
    'noHeaders',
  ],
  environment: ['SOURCE_DATE_EPOCH', 'KBUILD_SIGN_PIN', 'APT_CONFIG', 'XDG_CACHE_HOME'],
  files: [
    'plan.json',
    'results.json',
    '~/.cache/dkms-deb/modules',
    '~/.cache/dkms-deb/log',
    '~/.cache/dkms-deb/headers',
  ],
  load: async () => (await import('./run-fleet.ts')).runFleet,
};
