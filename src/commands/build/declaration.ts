import { type CommandDeclaration, OUTPUT_OPTION } from '../command.ts';
import type { BuildArguments } from './build.ts';

export const buildCommand: CommandDeclaration<BuildArguments> = {
  command: 'build [directory]',
  purpose: 'build the -dkms package',
  options: (yargs) =>
    yargs
      .positional('directory', {
        type: 'string',
        default: '.',
        describe: 'source tree of the driver',
      })
      .option('output', OUTPUT_OPTION)
      .option('from-rules', {
        type: 'boolean',
        default: false,
        describe: 'called by debian/rules: also enter the package in debian/files',
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'only say what' })
      .example('$0 build -o out', 'the .deb, .buildinfo and .changes into out/')
      .example('dpkg-buildpackage -us -uc -b', 'the same by way of debian/rules'),
  load: async () => (await import('./build.ts')).build,
};
