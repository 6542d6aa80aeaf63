import { readFileSync } from 'node:fs';
import yargs, { type Argv } from 'yargs';
import { bmdebCommand } from './commands/bmdeb/declaration.ts';
import { bmdebSignCommand } from './commands/bmdeb-sign/declaration.ts';
import { buildCommand } from './commands/build/declaration.ts';
import type { CommandContext, CommandDeclaration, CommandResult } from './commands/command.ts';
import { initCommand } from './commands/init/declaration.ts';
import { verifyCommand } from './commands/verify/declaration.ts';
import { DkmsDebError, UsageError } from './errors.ts';
import { silentReporter } from './report/reporter.ts';
import { TextReporter } from './report/text-reporter.ts';
import { cleanUpNow } from './system/cleanup.ts';

/** Runs the command line `argv` (without node and script) and sets the exit status. */
export async function main(argv: readonly string[]): Promise<void> {
  handleSignals();
  const reporter = new TextReporter(process.stderr, {
    live: process.stderr.isTTY === true && !process.env.CI,
    colour: process.stderr.isTTY === true && !process.env.NO_COLOR,
  });
  const execute: Execute = async (common, work) => {
    const context: CommandContext = {
      reporter: common.quiet
        ? { ...silentReporter, failure: reporter.failure.bind(reporter) }
        : reporter,
      json: common.json,
      print: (line) => {
        reporter.finish();
        if (!common.json) process.stdout.write(`${line}\n`);
      },
    };
    const result = await work(context);
    if (common.json) process.stdout.write(`${JSON.stringify(result.document, null, 2)}\n`);
    process.exitCode = result.exitStatus;
  };
  try {
    await parser(argv, execute).parseAsync();
  } catch (error) {
    if (!(error instanceof DkmsDebError)) {
      cleanUpNow();
      const told = error instanceof Error ? error.stack : String(error);
      process.stderr.write(`dkms-deb: this is a bug in dkms-deb, please report it:\n${told}\n`);
      process.exit(70);
    }
    reporter.failure(error);
    process.exitCode = error.exitStatus;
  }
  reporter.finish();
}

/** On a signal children end, half-done work goes, and the exit status says which signal it was. */
function handleSignals(): void {
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
  // Whoever reads our results may stop reading, as head does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** Options that every command has. */
interface CommonArguments {
  readonly json: boolean;
  readonly quiet: boolean;
}

type Execute = (
  common: CommonArguments,
  work: (context: CommandContext) => Promise<CommandResult>,
) => Promise<void>;

function parser(argv: readonly string[], execute: Execute): Argv {
  const base = yargs([...argv])
    .scriptName('dkms-deb')
    .usage('$0 COMMAND\n\nDebian packages from a kernel-module source tree and its dkms.conf.');
  const declare = <A>(declaration: CommandDeclaration<A>) =>
    base.command(
      declaration.command,
      declaration.purpose,
      (y) => declaration.options(y),
      (args) =>
        execute(args as unknown as CommonArguments, async (context) => {
          const work = await declaration.load();
          return work(args as unknown as A, context);
        }),
    );
  declare(initCommand);
  declare(buildCommand);
  declare(bmdebCommand);
  declare(bmdebSignCommand);
  declare(verifyCommand);
  return base
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

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
