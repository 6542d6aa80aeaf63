import type { CommandDeclaration } from '../command.ts';
import type { VerifyArguments } from './verify.ts';

export const verifyCommand: CommandDeclaration<VerifyArguments> = {
  command: 'verify <packages..>',
  purpose: 'check packages of modules or of module source, whoever made them',
  options: (yargs) =>
    yargs
      .positional('packages', { type: 'string', array: true, demandOption: true, describe: '.deb' })
      .option('headers', {
        type: 'string',
        describe: 'headers of the kernel the modules are for (default: the installed ones)',
      })
      .option('symvers', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'Module.symvers of a driver that the modules import from; may be repeated',
      })
      .option('certificate', {
        type: 'string',
        describe: 'PEM or DER: every module must be signed by its key',
      })
      .option('evaluate', {
        type: 'boolean',
        default: true,
        describe: 'run dkms.conf, which is a bash script; --no-evaluate leaves that out',
      })
      .example('$0 verify ../*.deb', 'exit status 1 where one of them has an error'),
  load: async () => (await import('./verify.ts')).verify,
};
