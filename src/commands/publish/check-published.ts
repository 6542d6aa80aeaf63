import { type AptSource, machineSources, readAptSources } from '../../archives/apt/apt-source.ts';
import { readMachineApt } from '../../archives/apt/machine-apt.ts';
import { sourceOfSuite } from '../../archives/apt/suite-source.ts';
import { InputError, UsageError } from '../../errors.ts';
import { type CheckFinding, checkRepository } from '../../fleet/publish/simulate-machines.ts';
import type { Reporter } from '../../report/reporter.ts';
import { publicKeys } from '../../repository/public-keys.ts';
import { architecturesIn, readPublished, suitesIn } from '../../repository/read-published.ts';
import type { CommandContext } from '../command-line/command.ts';

/** Matches the suites to which no further suites, such as trixie-updates and trixie-security, belong. */
const ALONE = /^(?:sid|unstable|experimental|rc-buggy)$/;

/**
 * Checks on simulated machines whether apt can install the packages in all suites of a repository (checkRepository).
 * Reports the findings that are not errors, and returns all findings for --json. If a finding is an error, throws
 * InputError `check-failed`, whose output has all findings that are errors. Throws UsageError if no key is named.
 */
export async function checkPublished(
  repository: string,
  keys: readonly string[],
  sourceFiles: readonly string[],
  { reporter }: CommandContext,
): Promise<{ checks: readonly CheckFinding[] }> {
  if (keys.length === 0) {
    throw new UsageError('--check needs the keys that sign the repository', {
      hint: 'Name the keys: --key FINGERPRINT.',
    });
  }
  const named = (await Promise.all(sourceFiles.map(readAptSources))).flat();
  const suites = [];
  for (const suite of await suitesIn(repository)) {
    const architectures = await architecturesIn(repository, suite);
    const of = { place: repository, suites: [suite], architectures, keys };
    const { packages, codenames } = await readPublished(of);
    const codename = codenames.get(suite) ?? suite;
    const sources = sourceFiles.length > 0 ? named : await sourcesOf(codename, reporter);
    suites.push({ suite, packages, sources });
  }
  const findings = await checkRepository(
    repository,
    suites,
    await publicKeys(keys, repository),
    reporter,
  );
  for (const { suite, architecture, name, message, level } of findings) {
    const colon = level === 'unchecked' ? ':' : '';
    const line = `${suite} ${architecture}: ${name}${colon} ${message}`;
    if (level === 'ok') reporter.note(line);
    else if (level === 'waiting') reporter.warn(line, 'Publish the missing modules.');
    else if (level === 'unchecked')
      reporter.warn(
        line,
        'Publish the missing package, or name sources that have it: --sources FILE.',
      );
  }
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return { checks: findings };
  throw new InputError(
    'check-failed',
    `${errors.length} of ${findings.length} checks with apt failed`,
    {
      output: errors.flatMap(({ suite, architecture, name, check, message, output = [] }) => [
        `${suite} ${architecture}: ${name} (${check}): ${message}`,
        ...output.map((line) => `  ${line}`),
      ]),
      hint: 'Publish the missing modules, or publish the previous version of the metapackage again; the index that is published now is valid.',
    },
  );
}

/** Returns the sources of a release and of its updates, made from the sources of this machine's apt. */
async function sourcesOf(codename: string, reporter: Reporter): Promise<AptSource[]> {
  const apt = await readMachineApt();
  const machine = await machineSources(apt.sourceList, apt.sourceParts, (file, error) =>
    reporter.warn(`${file}: ${error.message}`, error.hint),
  );
  const pockets = ALONE.test(codename) ? [''] : ['', '-updates', '-security'];
  return pockets.map((pocket) => sourceOfSuite(`${codename}${pocket}`, machine));
}
