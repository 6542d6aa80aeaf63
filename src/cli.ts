import { readFileSync } from 'node:fs';
import yargs, { type Argv } from 'yargs';
import type { CommandContext, CommandResult } from './commands/context.ts';
import { DkmsDebError, UsageError } from './errors.ts';
import { silentReporter } from './report/reporter.ts';
import { TextReporter } from './report/text-reporter.ts';
import { cleanUpNow } from './system/cleanup.ts';

/** Options that every command has. */
interface CommonArguments {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Runs the command line `argv` (without node and script) and ends the process. */
export async function main(argv: readonly string[]): Promise<void> {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => {
      cleanUpNow();
      process.exit(status);
    });
  }
  const reporter = new TextReporter(process.stderr, {
    live: process.stderr.isTTY === true && !process.env.CI,
    colour: process.stderr.isTTY === true && !process.env.NO_COLOR,
  });
  let exitStatus = 0;
  const execute = async (
    common: CommonArguments,
    command: (context: CommandContext) => Promise<CommandResult>,
  ) => {
    const result = await command({
      reporter: common.quiet ? silentReporter : reporter,
      json: common.json,
      print: (line) => {
        if (common.json) return;
        reporter.finish();
        process.stdout.write(`${line}\n`);
      },
    });
    if (common.json) process.stdout.write(`${JSON.stringify(result.document, null, 2)}\n`);
    exitStatus = result.exitStatus;
  };
  try {
    await parser(argv, execute).parseAsync();
  } catch (error) {
    if (!(error instanceof DkmsDebError)) {
      cleanUpNow();
      process.stderr.write(`dkms-deb: this is a bug in dkms-deb; please report it:\n`);
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(70);
    }
    reporter.failure(error);
    exitStatus = error.exitStatus;
  }
  reporter.finish();
  process.exitCode = exitStatus;
}

type Execute = (
  common: CommonArguments,
  command: (context: CommandContext) => Promise<CommandResult>,
) => Promise<void>;

function parser(argv: readonly string[], execute: Execute): Argv {
  return yargs([...argv])
    .scriptName('dkms-deb')
    .usage('$0 COMMAND\n\nDebian packages from a kernel-module source tree and its dkms.conf.')
    .command(
      'init [dir]',
      'write a complete debian/ directory',
      (y) =>
        y
          .positional('dir', {
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
      (args) =>
        execute(args as unknown as CommonArguments, async (context) => {
          const { init } = await import('./commands/init.ts');
          return init({ ...args, directory: args.dir }, context);
        }),
    )
    .command(
      'build [dir]',
      'build the -dkms package',
      (y) =>
        y
          .positional('dir', {
            type: 'string',
            default: '.',
            describe: 'source tree of the driver',
          })
          .option('output', { ...OUTPUT, alias: 'o' })
          .option('from-rules', {
            type: 'boolean',
            default: false,
            describe: 'called by debian/rules: also enter the package in debian/files',
          })
          .option('dry-run', { type: 'boolean', default: false, describe: 'only say what' })
          .example('$0 build -o out', 'the .deb, .buildinfo and .changes into out/')
          .example('dpkg-buildpackage -us -uc -b', 'the same by way of debian/rules'),
      (args) =>
        execute(args as unknown as CommonArguments, async (context) => {
          const { build } = await import('./commands/build.ts');
          return build({ ...args, directory: args.dir }, context);
        }),
    )
    .command(
      'bmdeb [source]',
      'build packages of compiled modules, one for each kernel',
      (y) =>
        y
          .positional('source', { type: 'string', default: '.', describe: 'tree of the driver' })
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
          .option('output', { ...OUTPUT, alias: 'o' })
          .option('jobs', { alias: 'j', type: 'number', describe: 'processors to use' })
          .example('$0 bmdeb -k 6.1.0-56-amd64', 'one package for that kernel')
          .example("$0 bmdeb -k '6.12*' -o out hello", 'for all installed 6.12 headers, into out/'),
      (args) =>
        execute(args as unknown as CommonArguments, async (context) => {
          const { bmdeb } = await import('./commands/bmdeb.ts');
          return bmdeb({ ...args, kernels: args.kernel }, context);
        }),
    )
    .option('json', { type: 'boolean', default: false, describe: 'results as one JSON document' })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'errors only' })
    .demandCommand(1, 1, 'a command is needed')
    .strict()
    .version(version())
    .help()
    .alias({ h: 'help', V: 'version' })
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .fail((message, error) => {
      if (error instanceof Error && error.name !== 'YError') throw error;
      throw new UsageError(message ?? error.message, { hint: 'See dkms-deb --help.' });
    });
}

const OUTPUT = {
  type: 'string',
  default: '..',
  describe: 'directory for the results, made if missing',
} as const;

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
