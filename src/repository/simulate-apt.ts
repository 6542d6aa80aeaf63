import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AptRoot, prepareAptRoot, runApt } from '../archives/apt/apt-root.ts';
import type { AptSource } from '../archives/apt/apt-source.ts';
import { InputError } from '../errors.ts';
import { lastLines } from '../system/text/last-lines.ts';
import { COMPONENT } from './repository-layout.ts';

/** A package that is installed on the simulated machine. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly depends?: string;
  readonly provides?: string;
}

/** What apt would do. */
export interface Simulation {
  readonly succeeds: boolean;
  /** The names of the packages that would be installed or upgraded. */
  readonly installs: readonly string[];
  readonly removes: readonly string[];
  readonly keptBack: readonly string[];
  /** Relations that apt says it cannot satisfy, such as `hello-modules-6.12.9-amd64 (= 1.0-1)` (unmetRelations). */
  readonly unmet: readonly string[];
  /** Lines of apt's output, for messages. */
  readonly output: readonly string[];
}

/** Returns the source of apt for a suite of a repository in a directory. `keys` are armoured. */
export function repositorySource(repository: string, suite: string, keys: string): AptSource {
  return {
    file: repository,
    uris: [pathToFileURL(`${resolve(repository)}/`).href],
    suites: [suite],
    components: [COMPONENT],
    options: new Map([['Signed-By', `\n${keys.trim()}`]]),
  };
}

/**
 * Makes an apt root with these sources for machines of an architecture, and fetches their lists. Throws InputError
 * `check-failed` if the lists cannot be fetched, because real machines could not fetch them, either.
 */
export async function openSimulation(
  parent: string,
  sources: readonly AptSource[],
  architecture: string,
): Promise<AptRoot> {
  const root = await prepareAptRoot(parent, sources, [architecture]);
  const { exitStatus, output } = await runApt(root, 'apt-get', ['update', '-q', '--error-on=any'], {
    accept: [0, 1, 100],
    timeoutSeconds: 900,
  });
  if (exitStatus === 0) return root;
  throw new InputError('check-failed', 'apt-get update fails on a simulated machine', {
    output: output.split('\n').filter((line) => /^(?:E|W|Err):/.test(line)),
    hint: 'If apt complains about this repository, publish again; if it complains about another one, check the network.',
  });
}

/** Returns what apt-get would do on a machine that has only these packages. */
export async function simulate(
  root: AptRoot,
  installed: readonly InstalledPackage[],
  action: readonly string[],
): Promise<Simulation> {
  const status = installed.map(statusOf).join('\n');
  await writeFile(join(root.directory, 'var/lib/dpkg/status'), status);
  const { exitStatus, stdout, output } = await runApt(root, 'apt-get', ['-s', '-q', ...action], {
    accept: [0, 1, 100],
  });
  const names = (word: string) =>
    [...stdout.matchAll(new RegExp(`^${word} ([^\\s:]+)`, 'gm'))].map(([, name = '']) => name);
  const [, kept = ''] = /have been kept back:\n((?: .*\n)+)/.exec(stdout) ?? [];
  return {
    succeeds: exitStatus === 0,
    installs: names('Inst'),
    removes: names('Remv'),
    keptBack: kept.split(/\s+/).filter(Boolean),
    unmet: unmetRelations(stdout),
    output: lastLines(output, 12),
  };
}

/**
 * Returns the relations for which apt finds no package. If there are none, returns the relations whose package apt does
 * not install. Other relations, such as those that only another version would satisfy, are left out
 * (apt-private/private-output.cc, ShowBroken).
 */
function unmetRelations(output: string): string[] {
  const broken = [
    ...output.matchAll(
      /(?:Depends: |^ {3,})(\S+(?: \([^)\n]*\))?) but it is not (installable|going to be installed)/gm,
    ),
  ];
  const relations = (which: string) => [
    ...new Set(broken.flatMap(([, name = '', why]) => (why === which ? name : []))),
  ];
  const missing = relations('installable');
  return missing.length > 0 ? missing : relations('going to be installed');
}

/** Returns the stanza of a package for dpkg's status file, in dpkg's own format, with the fields that apt reads. */
function statusOf(one: InstalledPackage): string {
  const lines = [
    `Package: ${one.name}`,
    'Status: install ok installed',
    'Priority: optional',
    'Section: kernel',
    'Maintainer: dkms-deb <root@localhost>',
    `Architecture: ${one.architecture}`,
    `Version: ${one.version}`,
    ...(one.provides ? [`Provides: ${one.provides}`] : []),
    ...(one.depends ? [`Depends: ${one.depends}`] : []),
    'Description: simulated',
  ];
  return `${lines.join('\n')}\n`;
}
