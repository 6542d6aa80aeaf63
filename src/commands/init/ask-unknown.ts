import { resolve } from 'node:path';
import { parsePerson } from '../../debian/person.ts';
import { SeveralConfs } from '../../driver/conf/find-conf.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { ConfError } from '../../errors.ts';
import { isUnknown } from '../../facts/project/maintainer.ts';
import type { Questioner } from '../../report/question.ts';
import type { Reporter } from '../../report/reporter.ts';

/** The options of init that an answer may set. */
interface Answers {
  readonly conf?: string | undefined;
  readonly set?: readonly string[] | undefined;
}

const FROM = 'your answer';
/** Matches a version that --set accepts, and that DKMS accepts as a part of paths. */
const VERSION = /^[0-9][\w.+~-]*$/;

/**
 * Reads a driver, and asks the user for facts that the tree does not show: which dkms.conf, the version, the
 * maintainer. `read` reads the driver with the options and the answers given so far.
 */
export async function readAsking<A extends Answers>(
  given: A,
  directory: string,
  read: (args: A) => Promise<Driver>,
  { questions, reporter }: { questions: Questioner; reporter: Reporter },
): Promise<Driver> {
  let args = given;
  let driver: Driver | undefined;
  while (driver === undefined) {
    try {
      driver = await read(args);
    } catch (error) {
      const answered = await answerError(args, directory, error, { questions, reporter });
      if (answered === undefined) throw error;
      args = answered;
    }
  }
  const version = await askVersion(driver, questions);
  if (version !== undefined) driver = await read(withVersion(args, version));
  return askMaintainer(driver, questions);
}

/**
 * Asks a question if its answer can correct the error, and returns the options with the answer. Returns undefined for
 * any other error.
 */
async function answerError<A extends Answers>(
  args: A,
  directory: string,
  error: unknown,
  { questions, reporter }: { questions: Questioner; reporter: Reporter },
): Promise<A | undefined> {
  if (error instanceof SeveralConfs && args.conf === undefined) {
    reporter.note(`${error.message}:`);
    for (const [at, line] of error.output.entries()) reporter.note(`  ${at + 1}  ${line}`);
    const { paths } = error;
    const answer = await questions.ask({
      text: 'Which dkms.conf is packed (number)',
      guess: String(paths.indexOf(nearest(paths)) + 1),
      problem: (text) =>
        paths[Number(text) - 1] ? undefined : `Give a number from 1 to ${paths.length}.`,
    });
    const chosen = paths[Number(answer) - 1] ?? '';
    reporter.note(`Taking ${chosen}. To take another dkms.conf, name it with --conf.`);
    return { ...args, conf: resolve(directory, chosen) };
  }
  const isSet = args.set?.some((text) => text.startsWith('PACKAGE_VERSION='));
  if (error instanceof ConfError && error.code === 'version-unknown' && !isSet) {
    reporter.note('Nothing in the tree states the version of the driver.');
    const text = 'Version of the driver';
    return withVersion(args, await questions.ask({ text, guess: '0.1', problem: versionProblem }));
  }
  return undefined;
}

/**
 * Returns the path with the fewest folders, and of several such paths the first. Files in deeper folders are mostly for
 * parts or variants of the driver.
 */
function nearest(paths: readonly string[]): string {
  const depth = (path: string) => path.split('/').length;
  return paths.reduce((best, path) => (depth(path) < depth(best) ? path : best), paths[0] ?? '');
}

/**
 * Asks for the version if it is only a guess (also one that was filled in for a placeholder), and if no earlier run of
 * init wrote debian/. Returns undefined if nothing is asked, or if the user accepts the guess.
 */
async function askVersion(driver: Driver, questions: Questioner): Promise<string | undefined> {
  const { version, filled } = driver.driverConf;
  const { value } = version;
  const guess = [version, ...filled].find((one) => one.kind === 'snapshot' && one.value === value);
  if (guess === undefined || driver.manifest !== undefined) return undefined;
  const text = `Version of the driver (${guess.from})`;
  const answer = await questions.ask({ text, guess: value, problem: versionProblem });
  return answer === value ? undefined : answer;
}

function versionProblem(text: string): string | undefined {
  return VERSION.test(text)
    ? undefined
    : 'A version begins with a digit, and has only letters, digits, ".", "_", "+", "~" and "-".';
}

function withVersion<A extends Answers>(args: A, version: string): A {
  return { ...args, set: [...(args.set ?? []), `PACKAGE_VERSION=${version}`] };
}

/** Asks for the maintainer of the package if no place states one. Without an answer, init writes FIXME. */
async function askMaintainer(driver: Driver, questions: Questioner): Promise<Driver> {
  const { maintainer } = driver;
  if (maintainer !== undefined && !isUnknown(maintainer.value)) return driver;
  const answer = await questions.ask({
    text: 'Maintainer of the package, as Name <mail> (Enter: FIXME)',
    problem: (text) =>
      text === '' || parsePerson(text) ? undefined : 'Write it like Jane Doe <jane@example.org>.',
  });
  const person = parsePerson(answer);
  if (person === undefined) return driver;
  const found = { value: person, from: FROM };
  return { ...driver, maintainer: found, changelogAuthor: driver.changelogAuthor ?? found };
}
