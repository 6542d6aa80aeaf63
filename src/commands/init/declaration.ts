import type { CommandDeclaration } from '../command.ts';
import type { InitArguments } from './init.ts';

export const initCommand: CommandDeclaration<InitArguments> = {
  command: 'init [directory]',
  purpose: 'write a complete debian/ directory',
  options: (yargs) =>
    yargs
      .positional('directory', {
        type: 'string',
        default: '.',
        describe: 'source tree of the driver',
      })
      .option('conf', { type: 'string', describe: 'the dkms.conf, where it is not at the top' })
      .option('rules', {
        choices: ['dkms-deb', 'dh'] as const,
        default: 'dkms-deb' as const,
        describe: 'what debian/rules builds with',
      })
      .option('force', { type: 'boolean', default: false, describe: 'overwrite edited files' })
      .option('dry-run', { type: 'boolean', default: false, describe: 'only say what' })
      .example('$0 init', 'in the repository of a driver that has a dkms.conf')
      .example('$0 init --rules dh src/hello', 'for archives and PPAs: debhelper builds'),
  load: async () => (await import('./init.ts')).init,
};
