import {
  COMMON_OPTIONS,
  type CommandContext,
  type CommandDeclaration,
  type OptionDeclaration,
} from './commands/command-line/command.ts';
import { COMMANDS, inOneWord, loadDeclarations } from './commands/commands.ts';
import { DkmsDebError, EXIT, SystemError, UsageError } from './errors.ts';
import { type ErrorDocument, errorDocument } from './report/error-document.ts';
import { silentReporter } from './report/reporter.ts';
import { chooseStyle } from './report/terminal.ts';
import { TextReporter } from './report/text-reporter.ts';
import { cleanUpNow } from './system/process/cleanup.ts';
import { watchForAbandonment } from './system/process/empty-loop.ts';
import { refusalOf } from './system/process/refusal.ts';
import { trace, traceTo } from './system/process/trace.ts';
import { version } from './system/text/project-file.ts';

/**
 * Runs the command line `argv` (without node and script) and sets the exit status: EXIT.bug, and says
 * so, where the work stops without an end.
 */
export function main(given: readonly string[]): Promise<void> {
  return watchForAbandonment(runCommandLine(given), () => {
    cleanUpNow();
    process.stderr.write(
      'dkms-deb: this is a bug in dkms-deb, please report it:\nthe work stopped without a result\n',
    );
    process.exit(EXIT.bug);
  });
}

async function runCommandLine(given: readonly string[]): Promise<void> {
  const argv = inOneWord(given);
  const words = beforeDoubleDash(argv);
  const json = words.includes('--json');
  const verbose = isGiven('verbose', words);
  const reporter = new TextReporter(
    process.stderr,
    chooseStyle({
      color: colorGiven(words),
      verbose,
      isTTY: process.stderr.isTTY === true,
      env: process.env,
    }),
  );
  handleSignals(reporter);
  handleLostOutput(reporter);
  if (verbose) traceTo((line) => reporter.detail(line));
  try {
    await answer(argv, words, reporter);
  } catch (error) {
    const known = error instanceof DkmsDebError ? error : refusalOf(error);
    const stack = error instanceof Error ? error.stack : String(error);
    if (known === undefined) {
      cleanUpNow();
      process.stderr.write(`dkms-deb: this is a bug in dkms-deb, please report it:\n${stack}\n`);
    } else {
      reporter.failure(known);
      trace(() => (stack ?? '').split('\n'));
    }
    if (json)
      printDocument({ error: known === undefined ? bugDocument(error) : errorDocument(known) });
    process.exitCode = known?.exitStatus ?? EXIT.bug;
    if (known === undefined) process.exit();
  }
  trace(() => [`${process.uptime().toFixed(2)} s in all, exit status ${process.exitCode ?? 0}`]);
  reporter.finish();
}

function bugDocument(error: unknown): ErrorDocument {
  return { code: 'bug', message: String(error), exitStatus: EXIT.bug };
}

function printDocument(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

/** On a signal children end, half-done work goes, and the exit status says which signal it was. */
function handleSignals(reporter: TextReporter): void {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => {
      reporter.finish();
      cleanUpNow();
      process.exit(status);
    });
  }
}

/** What cannot be printed: the work is done all the same, but is no success. */
function handleLostOutput(reporter: TextReporter): void {
  let told = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads our results may stop reading, as head does.
    if (error.code === 'EPIPE' || told) return;
    told = true;
    reporter.failure(
      new SystemError('cannot-print', `cannot write to standard output (${error.code})`, {
        hint: 'Make room where it is led to, or lead it elsewhere.',
        cause: error,
      }),
    );
    // It comes after the work has set its own.
    process.once('exit', () => {
      process.exitCode ||= EXIT.failed;
    });
  });
  // There is nobody left to tell.
  process.stderr.on('error', () => {});
}

/** Finds out what is asked for and loads no more than that needs. */
async function answer(
  argv: readonly string[],
  words: readonly string[],
  reporter: TextReporter,
): Promise<void> {
  if (isGiven('version', words)) {
    process.stdout.write(`${version()}\n`);
    return;
  }
  const [first, second] = plainWords(words);
  const help = isGiven('help', words) || first === 'help';
  const name = first === 'help' ? second : first;
  if (name === undefined && help) return printHelp(undefined);
  const declaration = await loadDeclaration(name);
  if (help) return printHelp(declaration);
  await execute(declaration, argv, reporter);
}

async function loadDeclaration(name: string | undefined): Promise<CommandDeclaration> {
  const hint = 'See dkms-deb --help.';
  if (name === undefined) throw new UsageError('a command is needed', { hint });
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load !== undefined) return load();
  const { nearest } = await import('./commands/command-line/suggest.ts');
  const meant = nearest(name, Object.keys(COMMANDS));
  throw new UsageError(`unknown command ${JSON.stringify(name)}`, {
    hint: meant === undefined ? hint : `Did you mean ${meant}? ${hint}`,
  });
}

async function printHelp(declaration: CommandDeclaration | undefined): Promise<void> {
  const { commandHelp, generalHelp } = await import('./commands/command-line/help.ts');
  // In a pager's pipe it is stderr that is still the terminal.
  const columns = Math.min(100, process.stdout.columns || process.stderr.columns || 80);
  process.stdout.write(
    declaration === undefined
      ? generalHelp(await loadDeclarations(), columns)
      : commandHelp(declaration, columns),
  );
}

async function execute(
  declaration: CommandDeclaration,
  argv: readonly string[],
  reporter: TextReporter,
): Promise<void> {
  const { parseArguments } = await import('./commands/command-line/parse-arguments.ts');
  const args = await parseArguments(declaration, argv);
  if (args.quiet === true && args.verbose === true) {
    throw new UsageError('--quiet and --verbose exclude each other');
  }
  const json = args.json === true;
  const context: CommandContext = {
    reporter:
      args.quiet === true
        ? { ...silentReporter, failure: reporter.failure.bind(reporter) }
        : reporter,
    json,
    declarations: loadDeclarations,
    print: (line) => {
      reporter.finish();
      if (!json) process.stdout.write(`${line}\n`);
    },
  };
  const work = await declaration.load();
  // The declaration says what its work takes, and parseArguments gives what the declaration says.
  const result = await work(args as never, context);
  if (json) printDocument(result.document);
  process.exitCode = result.exitStatus;
}

function beforeDoubleDash(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}

function isGiven(name: 'help' | 'version' | 'verbose', words: readonly string[]): boolean {
  const { alias }: OptionDeclaration = COMMON_OPTIONS[name];
  return words.some((word) => word === `--${name}` || (alias && word === `-${alias}`));
}

/** Also of a command line that turns out to be wrong: its error is to have the right colour. */
function colorGiven(words: readonly string[]): string | undefined {
  const i = words.findLastIndex((word) => word === '--color' || word.startsWith('--color='));
  return words[i] === '--color' ? words[i + 1] : words[i]?.slice('--color='.length);
}

/** Words that are neither options nor the value of one that every command has. */
function plainWords(words: readonly string[]): string[] {
  const withValue = Object.entries<OptionDeclaration>(COMMON_OPTIONS)
    .filter(([, { type }]) => type !== 'boolean')
    .map(([name]) => `--${name}`);
  return words.filter(
    (word, i) => !word.startsWith('-') && !withValue.includes(words[i - 1] ?? ''),
  );
}
