import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { writeWhole } from '../../system/files/output.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { type RunOptions, type RunResult, run } from '../../system/process/run.ts';
import { type AptSource, formatAptSource } from './apt-source.ts';
import { aptVariables, type MachineApt, readMachineApt } from './machine-apt.ts';

/**
 * A directory with sources, lists and downloads for apt, separate from those of the system. Nothing is installed
 * from it.
 */
export interface AptRoot {
  readonly directory: string;
  readonly architectures: readonly string[];
  readonly sources: readonly AptSource[];
}

const DIRECTORIES = [
  'etc/apt/apt.conf.d',
  'etc/apt/preferences.d',
  'etc/apt/sources.list.d',
  'var/lib/apt/lists/partial',
  'var/cache/apt/archives/partial',
  'var/lib/dpkg',
];

/**
 * Makes the apt root for these sources and architectures. `architectures` are Debian's names. The first name is that of
 * this machine's architecture. The name of the root's directory is a digest of the sources and the architectures, so a
 * later run uses the same root and its lists. `parent` is created if it is missing. Throws the errors of
 * formatAptSource, readMachineApt and writeWhole.
 */
export async function prepareAptRoot(
  parent: string,
  sources: readonly AptSource[],
  architectures: readonly string[],
  machine?: MachineApt,
): Promise<AptRoot> {
  const stanzas = sources.map((source) => formatAptSource(source, architectures));
  const text = stanzas.filter((stanza) => stanza !== '').join('\n');
  const directory = join(parent, sha256(`${architectures.join(' ')}\n${text}`).slice(0, 24));
  for (const name of DIRECTORIES) await makeDirectory(join(directory, name));
  const settings = configuration(directory, architectures, machine ?? (await readMachineApt()));
  await writeChanged(join(directory, 'var/lib/dpkg/status'), '');
  await writeChanged(join(directory, 'etc/apt/sources.list.d/dkms-deb.sources'), text);
  await writeChanged(join(directory, 'apt.conf'), settings);
  return { directory, architectures, sources };
}

/** Writes a file, unless it has this text already: another run may be reading it. */
async function writeChanged(file: string, text: string): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before !== text) await writeWhole(file, (temporary) => writeFile(temporary, text));
}

/**
 * Returns the text of the root's apt.conf. This file sets another Dir, so apt does not read the machine's apt.conf.d.
 * Therefore the file repeats the machine's proxies and retries, and names the machine's files of passwords
 * (apt_auth.conf(5)) and keys. Hooks are not copied, because they are commands that run as root.
 */
function configuration(
  directory: string,
  architectures: readonly string[],
  machine: MachineApt,
): string {
  const quoted = architectures.map((name) => `"${name}";`).join('');
  return [
    ...machine.settings,
    `Dir "${directory}";`,
    `Dir::State::status "${directory}/var/lib/dpkg/status";`,
    `Dir::Etc::netrc "${machine.passwords}";`,
    `Dir::Etc::netrcparts "${machine.passwordParts}";`,
    `Dir::Etc::trusted "${machine.keyring}";`,
    `Dir::Etc::trustedparts "${machine.keyringParts}";`,
    `APT::Architecture "${architectures[0]}";`,
    `APT::Architectures {${quoted}};`,
    'APT::Install-Recommends "false";',
    // By default apt downloads as the user _apt, who cannot read a private directory.
    'APT::Sandbox::User "root";',
    '#clear Acquire::Languages;',
    'Acquire::Languages {"none";};',
    'Acquire::PDiffs "false";',
    // apt does not compress the stored lists, because they are read far more often than fetched.
    'Acquire::GzipIndexes "false";',
    '',
  ].join('\n');
}

/** Returns the environment of apt's programs for a root. */
export function aptEnvironment({ directory }: AptRoot): Record<string, string> {
  return { ...aptVariables(), APT_CONFIG: join(directory, 'apt.conf') };
}

/** Runs one of apt's programs with the apt.conf of a root. */
export function runApt(
  root: AptRoot,
  program: 'apt-get' | '/usr/lib/apt/apt-helper' | 'apt-cache',
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const env = { ...options.env, ...aptEnvironment(root) };
  return run(program, args, { ...options, env });
}
