import { ARCHIVE_OPTIONS } from '../command-line/archive-options.ts';
import type { CommandDeclaration } from '../command-line/command.ts';
import { CONF_OPTION, KERNEL_OPTION, MAX_SIZE_OPTION } from '../command-line/driver-options.ts';
import type { LintArguments } from './lint-arguments.ts';

export const lintCommand: CommandDeclaration<LintArguments> = {
  name: 'lint',
  purpose: 'find mistakes in dkms.conf and debian/',
  positionals: [
    {
      name: 'subject',
      default: '.',
      completes: 'directory',
      describe: 'source tree of a driver, or a dkms.conf',
    },
  ],
  description: [
    'Checks every dkms.conf of a tree, their templates, and debian/. It finds directives that DKMS ignores or refuses, values that change when DKMS expands them again, commands that build for the wrong kernel, missing scripts, patches and modules, contradicting versions, and values that dh_dkms reads differently than bash. Each finding has a place, a code, a reason, and a corrected line if possible.',
    'The exit status is 1 if there is an error or a warning (see `--fail-on`). To ignore a finding, write the comment `# dkms-deb: ignore CODE reason` on its line or on the line above.',
    '`--fix` makes the corrections that have no side effects. All other bytes stay unchanged.',
  ],
  options: {
    'max-size': { ...MAX_SIZE_OPTION, group: 'What to look at' },
    conf: {
      ...CONF_OPTION,
      group: 'What to look at',
      describe: 'only check this dkms.conf of the tree',
    },
    evaluate: {
      group: 'What to look at',
      type: 'boolean',
      default: true,
      describe:
        'run neither dkms.conf, which is a bash script, nor make; this gives fewer findings',
    },
    kernel: {
      ...KERNEL_OPTION,
      describe:
        'evaluate dkms.conf and makefiles for this kernel (default: a typical kernel, without its headers)',
    },
    ...ARCHIVE_OPTIONS,
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
    explain: {
      group: 'Results',
      type: 'string',
      argument: 'WORD',
      describe:
        'only explain a directive of dkms.conf (meaning, default, history), a variable of DKMS, or a rule of lint',
    },
    format: {
      group: 'Results',
      type: 'string',
      choices: ['text', 'github', 'sarif'],
      default: 'text',
      describe: 'print text, annotations for GitHub Actions, or SARIF 2.1.0',
    },
    'fail-on': {
      group: 'Results',
      type: 'string',
      choices: ['error', 'warning', 'info', 'never'],
      default: 'warning',
      describe: 'lowest severity that makes the exit status 1',
    },
  },
  examples: [
    { command: 'dkms-deb lint', describe: 'check the driver in the current directory' },
    {
      command: 'dkms-deb lint --fix --diff',
      describe: 'make the safe corrections and show them',
    },
    {
      command: 'dkms-deb lint --explain BUILT_MODULE_NAME',
      describe: 'what a directive means, its default, and since which DKMS',
    },
    {
      command: 'dkms-deb lint --suite sid -k 7.2.13+deb14-amd64',
      describe: "check the driver for a kernel of Debian's sid",
    },
    {
      command: 'dkms-deb lint --format github',
      describe: 'show findings beside the lines of a pull request, in GitHub Actions',
    },
    {
      command: 'dkms-deb lint --format sarif >lint.sarif',
      describe: 'write findings for code scanning',
    },
  ],
  exits: ['confMissing', 'badConf'],
  environment: ['APT_CONFIG', 'XDG_CACHE_HOME'],
  files: [
    'dkms.conf',
    'debian/',
    '/lib/modules/KERNEL/build',
    '/etc/apt',
    '~/.cache/dkms-deb/headers',
  ],
  load: async () => (await import('./lint.ts')).lint,
};
