import type { CommandDeclaration } from '../command-line/command.ts';
import { CONF_OPTION, MAX_SIZE_OPTION } from '../command-line/driver-options.ts';
import type { LintArguments } from './lint.ts';

export const lintCommand: CommandDeclaration<LintArguments> = {
  name: 'lint',
  purpose: 'find traps in dkms.conf and in the packaging around it',
  positionals: [
    {
      name: 'subject',
      default: '.',
      completes: 'directory',
      describe: 'source tree of a driver, or a dkms.conf',
    },
  ],
  description: [
    'Looks at every dkms.conf of a tree, at its templates and at debian/: directives that DKMS ignores or refuses, values that its second round of expansion changes, commands that build for the wrong kernel, scripts, patches and modules that are not there, versions that contradict each other, and what dh_dkms reads otherwise than bash. Each finding has a place, a code, the reason, and the corrected line where there is one.',
    'Exit status 1 where there is an error or a warning (see `--fail-on`). A comment `# dkms-deb: ignore CODE reason` on the line or the one above silences a finding.',
    '`--fix` makes the corrections that change nothing but what they are for; all other bytes stay.',
  ],
  options: {
    'max-size': { ...MAX_SIZE_OPTION, group: 'What to look at' },
    conf: {
      ...CONF_OPTION,
      group: 'What to look at',
      describe: 'only this dkms.conf of the tree',
    },
    evaluate: {
      group: 'What to look at',
      type: 'boolean',
      default: true,
      describe: 'do not run dkms.conf, which is a bash script: fewer findings',
    },
    fix: {
      group: 'Corrections',
      type: 'boolean',
      default: false,
      describe: 'make the safe corrections',
    },
    diff: {
      group: 'Corrections',
      type: 'boolean',
      default: false,
      describe: 'with --fix: show the changes',
    },
    'dry-run': {
      group: 'Corrections',
      type: 'boolean',
      default: false,
      describe: 'with --fix: write nothing',
    },
    format: {
      group: 'Results',
      type: 'string',
      choices: ['text', 'github', 'sarif'],
      default: 'text',
      describe: 'for people, as annotations of GitHub Actions, or as SARIF 2.1.0',
    },
    'fail-on': {
      group: 'Results',
      type: 'string',
      choices: ['error', 'warning', 'info', 'never'],
      default: 'warning',
      describe: 'least severity that makes the exit status 1',
    },
  },
  examples: [
    { command: 'dkms-deb lint', describe: 'look at the driver in this directory' },
    {
      command: 'dkms-deb lint --fix --diff',
      describe: 'correct what can be corrected, and show it',
    },
    {
      command: 'dkms-deb lint --format github',
      describe: 'in a workflow: findings appear beside the lines of a pull request',
    },
    {
      command: 'dkms-deb lint --format sarif >lint.sarif',
      describe: 'for code scanning',
    },
  ],
  exits: ['confMissing', 'badConf'],
  load: async () => (await import('./lint.ts')).lint,
};
