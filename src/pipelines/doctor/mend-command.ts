import { DkmsDebError } from '../../errors.ts';
import { findProgram } from '../../system/process/find-program.ts';
import { FORMER_PACKAGE } from '../../system/process/programs.ts';
import { ANY_STATUS, run } from '../../system/process/run.ts';
import { lookUp } from '../../system/text/look-up.ts';
import type { MachineFinding } from './machine-finding.ts';

/** Which packages this machine's apt can install. */
export interface InstallablePackages {
  /** Whether apt answered, and has any package lists. */
  readonly known: boolean;
  readonly names: ReadonlySet<string>;
}

/** Asks apt which of these packages it can install. */
export async function installablePackages(names: readonly string[]): Promise<InstallablePackages> {
  const none = { known: false, names: new Set<string>() };
  if (names.length === 0 || findProgram('apt-cache') === undefined) return none;
  const all = [...names, ...names.flatMap((name) => lookUp(FORMER_PACKAGE, name) ?? [])];
  try {
    // The package apt, which every system has, is asked about, too. If it is in no list, there are no lists.
    const { stdout } = await run('apt-cache', ['policy', 'apt', ...new Set(all)], {
      accept: ANY_STATUS,
    });
    return readPolicy(stdout);
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    return none;
  }
}

/** Reads the output of `apt-cache policy`. `known` is false if no archive offers the package apt. */
export function readPolicy(text: string): InstallablePackages {
  const found = new Set<string>();
  const stanzas = text.split(/^(?=\S)/m);
  const fromArchive = (stanza: string) => /^ +-?\d+ [a-z][a-z0-9+.-]*:/m.test(stanza);
  for (const stanza of stanzas) {
    const [, name] = /^(\S+):\n/.exec(stanza) ?? [];
    const [, candidate = '(none)'] = /^ {2}Candidate: (.*)$/m.exec(stanza) ?? [];
    if (name !== undefined && candidate !== '(none)') found.add(name);
  }
  const own = stanzas.find((stanza) => stanza.startsWith('apt:\n'));
  return { known: own !== undefined && fromArchive(own), names: found };
}

/** The facts about this machine on which a command to install packages depends. */
export interface Installer {
  readonly hasApt: boolean;
  readonly isRoot: boolean;
  readonly hasSudo: boolean;
}

/** Returns a command that installs packages. */
export function installCommand(packages: readonly string[], installer: Installer): string {
  const sudo = installer.isRoot || !installer.hasSudo ? '' : 'sudo ';
  return `${sudo}apt install ${[...new Set(packages)].join(' ')}`;
}

/**
 * Adds to a finding about missing packages the command that installs them. If there is no such command, adds advice
 * that says why.
 */
export function withCommand(
  finding: MachineFinding,
  installable: InstallablePackages,
  installer: Installer,
): MachineFinding {
  if (finding.packages === undefined) return finding;
  const { packages, ...rest } = finding;
  if (!installer.hasApt) {
    const names = packages.join(', ');
    const advice = `Use this machine's own package manager, because there is no apt. In Debian the missing part is in ${names}.`;
    return { ...rest, advice };
  }
  if (!installable.known) {
    const command = installCommand(packages, installer);
    const update = command.replace(/apt install .*/, 'apt update');
    return { ...rest, packages, command: `${update} && ${command}` };
  }
  const has = (name: string) => installable.names.has(name);
  const names = packages.map((name) => {
    const former = lookUp(FORMER_PACKAGE, name);
    return !has(name) && former !== undefined && has(former) ? former : name;
  });
  const unknown = names.filter((name) => !has(name));
  if (unknown.length === 0) {
    return { ...rest, packages: names, command: installCommand(names, installer) };
  }
  const advice = `Run apt update, because apt has no package ${unknown.join(', ')} in its lists; on Ubuntu, enable universe. If that does not help, this release does not have the package.`;
  return { ...rest, advice };
}
