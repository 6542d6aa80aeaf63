import { type CommandDeclaration, OUTPUT_OPTION } from '../command.ts';
import { SIGN_OPTIONS } from '../sign-options.ts';
import type { BmdebArguments } from './bmdeb.ts';

export const bmdebCommand: CommandDeclaration<BmdebArguments> = {
  command: 'bmdeb [source]',
  purpose: 'build packages of compiled modules, one for each kernel',
  options: (yargs) =>
    yargs
      .positional('source', {
        type: 'string',
        default: '.',
        describe: 'source tree, NAME/VERSION below /usr/src, or a -dkms .deb',
      })
      .option('kernel', {
        alias: 'k',
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'kernel release or pattern; may be repeated',
      })
      .option('all', { type: 'boolean', default: false, describe: 'every kernel with headers' })
      .option('conf', { type: 'string', describe: 'the dkms.conf, where it is not at the top' })
      .option('output', OUTPUT_OPTION)
      .option('jobs', { alias: 'j', type: 'number', describe: 'processors to use' })
      .option('cache', {
        type: 'boolean',
        default: true,
        describe: 'take modules of unchanged input from the cache; --no-cache compiles them anew',
      })
      .options(SIGN_OPTIONS)
      .example('$0 bmdeb -k 6.1.0-56-amd64', 'one package for that kernel')
      .example("$0 bmdeb -k '6.12.*' -o out hello", 'for all installed 6.12 headers, into out/'),
  load: async () => (await import('./bmdeb.ts')).bmdeb,
};
