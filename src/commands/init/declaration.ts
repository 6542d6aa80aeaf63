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
      .option('conf', { type: 'string', describe: 'the dkms.conf, where the tree has several' })
      .option('set', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'NAME=VALUE of a placeholder, of PACKAGE_NAME or PACKAGE_VERSION',
      })
      .option('debian-version', { type: 'string', describe: 'version of the package, if another' })
      .option('rules', {
        choices: ['dkms-deb', 'dh'] as const,
        describe: 'what debian/rules builds with (dkms-deb)',
      })
      .option('format', {
        choices: ['native', 'quilt'] as const,
        describe: 'of the source package: quilt goes with an upstream tarball (native)',
      })
      .option('changelog', {
        choices: ['git'] as const,
        describe: 'begin the changelog with an entry for each tag',
      })
      .option('force', { type: 'boolean', default: false, describe: 'overwrite edited files' })
      .option('dry-run', { type: 'boolean', default: false, describe: 'only say what' })
      .option('diff', { type: 'boolean', default: false, describe: 'only show what would change' })
      .option('check', {
        type: 'boolean',
        default: false,
        describe: 'only exit 1 if debian/ is out of date',
      })
      .option('explain', {
        type: 'boolean',
        default: false,
        describe: 'say where each fact comes from',
      })
      .example('$0 init', 'in the repository of a driver')
      .example('$0 init --rules dh src/hello', 'for archives and PPAs: debhelper builds')
      .example('$0 init --set VERSION=1.2', 'where nothing tells what @VERSION@ is'),
  load: async () => (await import('./init.ts')).init,
};
