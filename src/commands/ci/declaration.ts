import { CI_SYSTEMS } from '../../fleet/ci/ci-systems.ts';
import { type CommandDeclaration, EDITABLE_FILE_OPTIONS } from '../command-line/command.ts';
import type { CiArguments } from './write-ci.ts';

export const ciCommand: CommandDeclaration<CiArguments> = {
  name: 'ci',
  purpose: 'write the pipeline that plans, builds and publishes for a fleet',
  positionals: [
    {
      name: 'system',
      required: true,
      choices: CI_SYSTEMS,
      describe: 'the CI system',
    },
  ],
  description: [
    'Reads dkms-deb.yaml in the git repository of the fleet, and writes a pipeline: on every push and once a day it runs `plan --only-missing`, a job with `run --task` for each task, and `publish` on the default branch. Between pipelines a git branch or a server keeps the repository, as the key `ci` says. Only the publishing job gets secrets, and never for a pull request. Without a repository in dkms-deb.yaml the pipeline only builds.',
    'The jobs come from the plan, so the file stays the same when kernels come and go. A comment at its beginning says which variables and secrets it needs. Run the command again after a change of dkms-deb.yaml. A file that you have edited, or that something else wrote, is not changed without `--force`.',
    'With `--plan`, prints the tasks of a plan as the pipeline reads them. The jobs of the pipeline call this.',
  ],
  options: {
    config: {
      group: 'Pipeline',
      type: 'string',
      argument: 'FILE',
      default: 'dkms-deb.yaml',
      completes: 'file',
      describe: 'the configuration',
    },
    plan: {
      group: 'Pipeline',
      type: 'string',
      argument: 'FILE',
      completes: 'file',
      describe: 'write no file; print the tasks of this plan as the pipeline reads them',
    },
    output: {
      group: 'Results',
      alias: 'o',
      type: 'string',
      argument: 'FILE',
      completes: 'file',
      describe: 'the file of the pipeline (default: the path that the CI system reads)',
    },
    ...EDITABLE_FILE_OPTIONS,
    check: {
      group: 'Results',
      type: 'boolean',
      default: false,
      describe: 'write nothing; exit with 1 if the file is missing or out of date',
    },
  },
  examples: [
    { command: 'dkms-deb ci github', describe: 'write .github/workflows/dkms-deb.yml' },
    {
      command: 'dkms-deb ci gitlab -o ci/modules.yml',
      describe: 'write a pipeline that .gitlab-ci.yml includes',
    },
  ],
  exits: [],
  environment: [],
  files: ['dkms-deb.yaml', 'plan.json'],
  load: async () => (await import('./write-ci.ts')).writeCi,
};
