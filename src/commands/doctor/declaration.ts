import { TASKS } from '../../pipelines/doctor/machine-finding.ts';
import type { CommandDeclaration } from '../command-line/command.ts';
import type { DoctorArguments } from './doctor.ts';

export const doctorCommand: CommandDeclaration<DoctorArguments> = {
  name: 'doctor',
  purpose: 'show what this machine has and lacks for each task',
  positionals: [
    {
      name: 'tasks',
      repeat: true,
      choices: TASKS,
      describe: `tasks for which the machine is examined (default: all): ${TASKS.join(', ')}`,
    },
  ],
  description: [
    'Examines this machine: programs, headers of kernels and their compilers, keys, apt and its sources, free space, PATH. For each thing that is missing or odd it prints what mends it, mostly a command, with the packages that the lists of this machine’s apt have.',
    'Nothing is changed, nothing is read from the network, and no program is waited for longer than 20 seconds.',
    'The exit status is 1 if something is missing that this machine needs in any case, or that a named task always needs. Without a task, all tasks are shown, and the status is that of init, build and bmdeb.',
  ],
  options: {},
  examples: [
    { command: 'dkms-deb doctor', describe: 'show everything' },
    {
      command: 'dkms-deb doctor bmdeb signing --quiet >/dev/null || echo "not ready"',
      describe: 'ask in a script whether this machine can build and sign modules',
    },
  ],
  exits: [],
  environment: ['DEBFULLNAME, DEBEMAIL', 'GNUPGHOME', 'APT_CONFIG', 'XDG_CACHE_HOME'],
  files: ['/lib/modules/KERNEL/build', '/etc/apt', '~/.cache/dkms-deb/headers'],
  load: async () => (await import('./doctor.ts')).doctor,
};
