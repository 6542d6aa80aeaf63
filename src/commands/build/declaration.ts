import { type CommandDeclaration, OUTPUT_OPTION } from '../command.ts';
import type { BuildArguments } from './build.ts';

export const buildCommand: CommandDeclaration<BuildArguments> = {
  command: 'build [directory]',
  purpose: 'build the -dkms package, its source package, or both',
  options: (yargs) =>
    yargs
      .positional('directory', {
        type: 'string',
        default: '.',
        describe: 'source tree of the driver',
      })
      .option('output', OUTPUT_OPTION)
      .option('binary', {
        alias: 'b',
        type: 'boolean',
        default: false,
        describe: 'the .deb only (default)',
      })
      .option('source', {
        alias: 'S',
        type: 'boolean',
        default: false,
        describe: 'the source package only',
      })
      .option('full', {
        alias: 'F',
        type: 'boolean',
        default: false,
        describe: 'the source package and the .deb',
      })
      .option('sign', {
        type: 'string',
        describe: 'sign .dsc, .buildinfo and .changes with gpg; --sign=KEY names the key',
      })
      .option('snapshot', {
        type: 'boolean',
        default: false,
        describe: 'version of the git commit: 1.2.3+git20261121.1a2b3c4',
      })
      .option('distribution', {
        type: 'string',
        requiresArg: true,
        describe: 'of this build only, such as noble',
      })
      .option('suffix', {
        type: 'string',
        requiresArg: true,
        describe: 'appended to the version of this build only, such as ~ppa1',
      })
      .option('compression', {
        type: 'string',
        requiresArg: true,
        describe: 'of the .deb: xz, gzip, zstd or none, with a level xz:9 (default xz)',
      })
      .option('from-rules', {
        type: 'boolean',
        default: false,
        describe: 'called by debian/rules: also enter the package in debian/files',
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'only say what' })
      .example('$0 build -o out', 'the .deb, .buildinfo and .changes into out/')
      .example('$0 build -S --sign', 'a signed source package, for dput')
      .example('$0 build -S --snapshot --distribution noble --suffix ~ppa1', 'a daily upload')
      .example('dpkg-buildpackage -us -uc -b', 'the same by way of debian/rules'),
  load: async () => (await import('./build.ts')).build,
};
