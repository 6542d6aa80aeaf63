import { latestHeader } from '../../debian/latest-entry.ts';
import { withoutEpoch, withoutRevision } from '../../debian/version.ts';
import { MAKE_NAMES } from '../../dkms/source/makefile-name.ts';
import { ConfError } from '../../errors.ts';
import type { SourceFile } from '../../facts/code/c-sources.ts';
import type { Fact } from '../../facts/fact.ts';
import type { VersionFacts } from '../../facts/version/tree-version.ts';
import { ofTree } from '../../system/text/command-places.ts';
import { someNames } from '../../system/text/some-names.ts';
import { answerOfBuildSystem } from './build-system.ts';
import { answerOfInstaller, makeValue } from './make-answers.ts';
import { asksForName, asksForVersion, type Placeholder } from './placeholders.ts';

/** The places where values of placeholders are searched. */
export interface Witnesses {
  readonly directory: string;
  /** The directory of the dkms.conf, relative to the tree. */
  readonly confDirectory: string;
  readonly sources: readonly SourceFile[];
  /** The values given with `--set NAME=VALUE`. */
  readonly given: ReadonlyMap<string, string>;
  readonly versions: VersionFacts;
  /** The name of the driver, if a place other than dkms.conf states it. */
  readonly name: Fact<string> | undefined;
  /** Returns a version for a tree that states none, such as 0~git20241121.1a2b3c4. */
  readonly fallback?: () => Promise<Fact<string> | undefined>;
  /** The text of the dkms.conf. */
  readonly conf: string;
  /**
   * The text of debian/changelog. Set for a dkms.conf in debian/ or named by a debian/<package>.dkms, in which
   * `#MODULE_VERSION#` stands for the version in debian/changelog.
   */
  readonly changelog: string | undefined;
}

/**
 * Finds the value of each placeholder. These places are tried one after the other: --set; for MODULE_VERSION,
 * debian/changelog; an install step of the tree; a variable in a makefile; CMake, meson, autoconf or rpmbuild; for a
 * version or a name, the version or name of the tree. DEST_MODULE_LOCATION gets a value in any case, because Debian
 * ignores it. Throws ConfError `placeholder`, which names the placeholders without a value.
 */
export async function resolvePlaceholders(
  placeholders: readonly Placeholder[],
  confFile: string,
  witnesses: Witnesses,
): Promise<Map<string, Fact<string>>> {
  const values = new Map<string, Fact<string>>();
  const whole = new Map<string, Fact<string>>();
  const unknown: Placeholder[] = [];
  for (const placeholder of placeholders) {
    const fact = await resolvePlaceholder(placeholder, witnesses);
    const { partOf, text } = placeholder;
    if (fact !== undefined) values.set(text, fact);
    else if (partOf === undefined) unknown.push(placeholder);
    else {
      // No value was found for this placeholder, which is only a part of the value of the directive. A value of the
      // whole directive is searched instead.
      const rest = await wholeOf(placeholder, witnesses);
      if (rest === undefined) unknown.push(placeholder);
      else whole.set(partOf, rest);
    }
  }
  const [first] = unknown;
  if (first === undefined) return new Map([...whole, ...values]);
  throw new ConfError(
    'placeholder',
    `no value found for ${someNames(
      unknown.map(({ text }) => text),
      10,
    )}`,
    {
      where: { file: confFile, line: first.line },
      hint: `Set each value with dkms-deb init ${unknown.map(({ name }) => `--set ${name}=VALUE`).join(' ')}${ofTree(witnesses.directory)}`,
    },
  );
}

async function wholeOf(
  placeholder: Placeholder,
  witnesses: Witnesses,
): Promise<Fact<string> | undefined> {
  const { given, versions, name, fallback } = witnesses;
  const { fills = '' } = placeholder;
  const said = given.get(fills);
  if (said !== undefined) return { value: said, from: `--set ${fills}` };
  if (asksForVersion(placeholder)) return versions.version ?? fallback?.();
  if (asksForName(placeholder)) return name;
  // DKMS ignores DEST_MODULE_LOCATION on Debian (dkms.in, override_dest_module_location), so any valid value is right.
  return fills === 'DEST_MODULE_LOCATION'
    ? { value: '/updates', from: 'Debian ignores it' }
    : undefined;
}

async function resolvePlaceholder(
  placeholder: Placeholder,
  witnesses: Witnesses,
): Promise<Fact<string> | undefined> {
  const { text, name, fills, partOf } = placeholder;
  const { given, directory, sources, changelog, versions, conf } = witnesses;
  const said = given.get(name) ?? given.get(text);
  if (said !== undefined) return { value: said, from: `--set ${name}` };
  if (name === 'MODULE_VERSION' && changelog !== undefined) {
    const latest = latestHeader(changelog, 'debian/changelog');
    const value = latest && withoutEpoch(withoutRevision(latest.version));
    if (value !== undefined) return { value, from: 'debian/changelog' };
  }
  const whole = partOf === undefined ? fills : undefined;
  const saidWhole = whole === undefined ? undefined : given.get(whole);
  if (saidWhole !== undefined) return { value: saidWhole, from: `--set ${whole}` };
  const stable = asksForVersion(placeholder) ? tagOf(versions) : undefined;
  const installed = await answerOfInstaller(directory, sources, placeholder, conf);
  const answer =
    usable(installed, placeholder) ??
    (await definedVariable(name, witnesses)) ??
    answerOfBuildSystem(sources, name);
  if (answer !== undefined) {
    // If the install step gets the version from `git describe`, each commit changes it, also one that changes only
    // debian/. The version of the latest tag is used instead, so a commit of init's output does not change the version.
    return stable !== undefined && /-\d+-g[0-9a-f]{4,}|^[0-9a-f]{7,}$/.test(answer.value)
      ? { value: stable.value, from: `${stable.from} (${answer.from})` }
      : answer;
  }
  return partOf === undefined ? wholeOf(placeholder, witnesses) : undefined;
}

/** Returns the fact, or undefined if it is an empty name or version. Other values, such as flags, may be empty. */
function usable(fact: Fact<string> | undefined, asking: Placeholder): Fact<string> | undefined {
  const needed = asksForName(asking) || asksForVersion(asking);
  return fact?.value === '' && needed ? undefined : fact;
}

function tagOf(versions: VersionFacts): Fact<string> | undefined {
  return versions.candidates.find(({ kind }) => kind === 'tag');
}

/**
 * Returns the value that make gives to the variable `name`. The makefile in the folder of the dkms.conf is asked first,
 * then the makefile at the top. Returns undefined if neither gives the variable a value other than '' and `unknown`.
 */
async function definedVariable(
  name: string,
  { directory, confDirectory, sources }: Witnesses,
): Promise<Fact<string> | undefined> {
  const definition = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*[:?]?:?=`, 'm');
  for (const folder of new Set([confDirectory, ''])) {
    const prefix = folder === '' ? '' : `${folder}/`;
    const makefile = sources.find(
      ({ path, text }) =>
        MAKE_NAMES.includes(path.slice(prefix.length)) &&
        path.startsWith(prefix) &&
        definition.test(text),
    );
    if (makefile === undefined) continue;
    const value = await makeValue(directory, makefile.path, `$(${name})`);
    if (value !== undefined && value !== '' && value !== 'unknown') {
      return { value, from: `${makefile.path} ${name}` };
    }
  }
  return undefined;
}
