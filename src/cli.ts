import {
  COMMON_OPTIONS,
  type CommandContext,
  type CommandDeclaration,
  type OptionDeclaration,
} from './commands/command-line/command.ts';
import { inOneWord, loadCommand, loadDeclarations } from './commands/commands.ts';
import { DkmsDebError, EXIT, SystemError, UsageError } from './errors.ts';
import { type ErrorDocument, errorDocument } from './report/error-document.ts';
import { jsonText } from './report/json-text.ts';
import { type Paint, painter } from './report/paint.ts';
import type { Questioner } from './report/question.ts';
import { silentReporter } from './report/reporter.ts';
import { chooseStyle } from './report/terminal.ts';
import { TextReporter } from './report/text-reporter.ts';
import { cachePlace } from './system/files/cache-place.ts';
import { cleanUpNow } from './system/process/cleanup.ts';
import { watchForAbandonment } from './system/process/empty-loop.ts';
import { causeOf, refusalOf } from './system/process/refusal.ts';
import { trace, traceTo } from './system/process/trace.ts';
import { version } from './system/text/project-file.ts';

/**
 * Runs the command line `given` (without node and script) and sets the exit status. If node has nothing left to do
 * before the command returns, reports a bug (EXIT.bug).
 */
export function main(given: readonly string[]): Promise<void> {
  return watchForAbandonment(runCommandLine(given), () => {
    cleanUpNow();
    process.stderr.write(
      'dkms-deb: this is a bug in dkms-deb, please report it:\nthe command stopped without a result\n',
    );
    process.exit(EXIT.bug);
  });
}

async function runCommandLine(given: readonly string[]): Promise<void> {
  const argv = inOneWord(given);
  const words = beforeDoubleDash(argv);
  const json = words.includes('--json');
  const verbose = isGiven('verbose', words);
  const styleOf = ({ isTTY }: { readonly isTTY?: boolean }) =>
    chooseStyle({
      color: colorGiven(words),
      verbose,
      isTTY: isTTY === true,
      env: process.env,
    });
  const reporter = new TextReporter(process.stderr, styleOf(process.stderr));
  handleSignals(reporter);
  handleLostOutput(reporter);
  if (verbose) traceTo((line) => reporter.detail(line));
  try {
    await answer(argv, words, reporter, painter(styleOf(process.stdout).colour));
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
  process.stdout.write(`${jsonText(document)}\n`);
}

/**
 * On a signal, ends children, removes unfinished files, and exits with 128 plus the signal's number. process.once() is
 * not used: a second signal would then kill this process while it removes the files.
 */
function handleSignals(reporter: TextReporter): void {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => {
      reporter.interrupted(signal, cleanUpNow(), cachePlace('log'));
      process.exit(status);
    });
  }
}

/** If standard output cannot be written, lets the command continue, but makes the exit status other than 0. */
function handleLostOutput(reporter: TextReporter): void {
  let reported = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // EPIPE means that the reader has stopped reading, as head does. That is not an error.
    if (error.code === 'EPIPE' || reported) return;
    reported = true;
    reporter.failure(
      new SystemError('cannot-print', `cannot write to standard output: ${causeOf(error)[0]}`, {
        hint: 'Free space where standard output goes, or redirect it to another place.',
        cause: error,
      }),
    );
    // The status is set only when the process exits, because the command sets the status when it returns.
    process.once('exit', () => {
      process.exitCode ||= EXIT.failed;
    });
  });
  // Errors of stderr are ignored: without stderr nothing can be reported.
  process.stderr.on('error', () => {});
}

/** Does what the command line asks for. Loads only the modules that are needed for that. */
async function answer(
  argv: readonly string[],
  words: readonly string[],
  reporter: TextReporter,
  paint: Paint,
): Promise<void> {
  if (isGiven('version', words)) {
    process.stdout.write(`${version()}\n`);
    return;
  }
  const [name] = plainWords(words);
  const [first = ''] = words;
  if (name === undefined && first.startsWith('-') && !isCommon(first)) {
    throw new UsageError(`unknown option ${first}`, { hint: 'See dkms-deb --help.' });
  }
  // Without arguments, the help is printed. The status is an error, because a script may have forgotten the command.
  if (argv.length === 0) process.exitCode = EXIT.usage;
  if (isGiven('help', words) || argv.length === 0) return printHelp(name, paint);
  await execute(await loadCommand(name), argv, reporter, paint);
}

async function printHelp(name: string | undefined, paint: Paint): Promise<void> {
  const { commandHelp, generalHelp, helpColumns } = await import('./commands/command-line/help.ts');
  const layout = { columns: helpColumns(), paint };
  process.stdout.write(
    name === undefined
      ? generalHelp(await loadDeclarations(), layout)
      : commandHelp(await loadCommand(name), layout),
  );
}

async function execute(
  declaration: CommandDeclaration,
  argv: readonly string[],
  reporter: TextReporter,
  paint: Paint,
): Promise<void> {
  const { parseArguments } = await import('./commands/command-line/parse-arguments.ts');
  const given = await parseArguments(declaration, argv);
  const args = await configured(declaration, argv, given, reporter);
  if (args.quiet === true && args.verbose === true) {
    throw new UsageError('--quiet and --verbose cannot be combined');
  }
  const json = args.json === true;
  const context: CommandContext = {
    reporter:
      args.quiet === true
        ? { ...silentReporter, failure: reporter.failure.bind(reporter) }
        : reporter,
    json,
    declarations: loadDeclarations,
    questions: json || args.quiet === true ? undefined : await personThere(),
    paint,
    print: (line) => {
      reporter.finish();
      if (!json) process.stdout.write(`${line}\n`);
    },
  };
  const work = await declaration.load();
  // The cast is safe: parseArguments returns exactly the arguments that the declaration has.
  const result = await work(args as never, context);
  if (json) printDocument(result.document);
  process.exitCode = result.exitStatus;
}

/**
 * Returns the Questioner for the person at the terminal. Returns undefined if standard input or standard error is not a
 * terminal, if TERM is `dumb`, or in a CI.
 */
async function personThere(): Promise<Questioner | undefined> {
  const { stdin, stderr, env } = process;
  if (!stdin.isTTY || !stderr.isTTY || env.CI || env.TERM === 'dumb') return undefined;
  const { terminalQuestioner } = await import('./report/question.ts');
  return terminalQuestioner(stdin, stderr);
}

/** Returns the arguments, with defaults from the configuration files if there are any. */
async function configured(
  declaration: CommandDeclaration,
  argv: readonly string[],
  given: Readonly<Record<string, unknown>>,
  reporter: TextReporter,
): Promise<Readonly<Record<string, unknown>>> {
  const { configuredFor } = await import('./commands/command-line/configured.ts');
  const files = configuredFor(declaration.name, given);
  if (files === undefined) return given;
  const { parseWithSettings } = await import('./commands/command-line/apply-settings.ts');
  const to = given.quiet === true ? silentReporter : reporter;
  return parseWithSettings(declaration, argv, given, files, to);
}

function beforeDoubleDash(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}

function isGiven(name: 'help' | 'version' | 'verbose', words: readonly string[]): boolean {
  const { alias }: OptionDeclaration = COMMON_OPTIONS[name];
  return words.some((word) => word === `--${name}` || (alias && word === `-${alias}`));
}

/** Whether a word is one of the options that all commands have, such as `-q` or `--color=never`. */
function isCommon(word: string): boolean {
  return Object.entries<OptionDeclaration>(COMMON_OPTIONS).some(
    ([name, { alias }]) => word === `-${alias}` || word.split('=')[0] === `--${name}`,
  );
}

/**
 * Returns the value of --color, found without parsing the command line: a message about a wrong command line needs
 * the colour, too.
 */
function colorGiven(words: readonly string[]): string | undefined {
  const i = words.findLastIndex((word) => word === '--color' || word.startsWith('--color='));
  return words[i] === '--color' ? words[i + 1] : words[i]?.slice('--color='.length);
}

/** Returns the words of the command line that are neither options nor values of the common options. */
function plainWords(words: readonly string[]): string[] {
  const withValue = Object.entries<OptionDeclaration>(COMMON_OPTIONS)
    .filter(([, { type }]) => type !== 'boolean')
    .map(([name]) => `--${name}`);
  return words.filter(
    (word, i) => !word.startsWith('-') && !withValue.includes(words[i - 1] ?? ''),
  );
}
