import { type CommandDeclaration, OUTPUT_OPTION } from '../command.ts';
import { SIGN_OPTIONS } from '../sign-options.ts';
import type { BmdebSignArguments } from './bmdeb-sign.ts';

export const bmdebSignCommand: CommandDeclaration<BmdebSignArguments> = {
  command: 'bmdeb-sign <packages..>',
  purpose: 'sign the modules in packages that are built already',
  options: (yargs) =>
    yargs
      .positional('packages', { type: 'string', array: true, demandOption: true, describe: '.deb' })
      .option('output', OUTPUT_OPTION)
      .options(SIGN_OPTIONS)
      .option('request', {
        type: 'string',
        describe: 'only write into this directory what is to be signed elsewhere',
      })
      .option('signatures', {
        type: 'string',
        describe: 'directory with the signatures that were made elsewhere, <sha256>.p7s',
      })
      .example('$0 bmdeb-sign x.deb -o signed --sign-key k.pem --sign-cert c.pem', 'sign here')
      .example('$0 bmdeb-sign x.deb --request todo', 'then sign todo/*.ko where the key is')
      .example('$0 bmdeb-sign x.deb -o signed --signatures todo', 'and put the signatures in'),
  load: async () => (await import('./bmdeb-sign.ts')).bmdebSign,
};
