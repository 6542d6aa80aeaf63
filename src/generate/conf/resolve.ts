import { parseChangelog } from '../../debian/changelog.ts';
import { withoutEpoch, withoutRevision } from '../../debian/version.ts';
import { ConfError } from '../../errors.ts';
import type { Fact } from '../facts/fact.ts';
import type { SourceFile } from '../facts/sources.ts';
import type { VersionFacts } from '../facts/tree-version.ts';
import { answerOfInstaller, makeValue } from './make-answers.ts';
import { asksForName, asksForVersion, type Placeholder } from './placeholders.ts';

/** What is known when a placeholder's value is looked for. */
export interface Witnesses {
  readonly directory: string;
  /** Directory of the dkms.conf, relative to the tree. */
  readonly confDirectory: string;
  readonly sources: readonly SourceFile[];
  /** `--set NAME=VALUE`. */
  readonly given: ReadonlyMap<string, string>;
  readonly versions: VersionFacts;
  /** The driver's name, where the tree says it elsewhere. */
  readonly name: Fact<string> | undefined;
  /** Text of debian/changelog, for `#MODULE_VERSION#` of a debian/*.dkms; undefined elsewhere. */
  readonly changelog: string | undefined;
}

/**
 * The value of each placeholder with its source: what --set says; what the tree's install step
 * puts there; a makefile's variable of that name; the tree's version. ConfError `placeholder` names
 * those that nothing tells.
 */
export async function resolvePlaceholders(
  placeholders: readonly Placeholder[],
  confFile: string,
  witnesses: Witnesses,
): Promise<Map<string, Fact<string>>> {
  const values = new Map<string, Fact<string>>();
  const unknown: Placeholder[] = [];
  for (const placeholder of placeholders) {
    const fact = await resolvePlaceholder(placeholder, witnesses);
    if (fact === undefined) unknown.push(placeholder);
    else values.set(placeholder.text, fact);
  }
  const [first] = unknown;
  if (first === undefined) return values;
  throw new ConfError(
    'placeholder',
    `nothing in the tree tells what ${unknown.map(({ text }) => text).join(', ')} stands for`,
    {
      where: { file: confFile, line: first.line },
      hint: `Say it: dkms-deb init ${unknown.map(({ name }) => `--set ${name}=VALUE`).join(' ')}`,
    },
  );
}

async function resolvePlaceholder(
  { text, name }: Placeholder,
  witnesses: Witnesses,
): Promise<Fact<string> | undefined> {
  const { given, directory, sources, changelog, versions } = witnesses;
  const said = given.get(name) ?? given.get(text);
  if (said !== undefined) return { value: said, from: `--set ${name}` };
  if (name === 'MODULE_VERSION' && changelog !== undefined) {
    const [latest] = parseChangelog(changelog, 'debian/changelog', { maxEntries: 1 });
    const value = latest && withoutEpoch(withoutRevision(latest.version));
    if (value !== undefined) return { value, from: 'debian/changelog' };
  }
  const stable = asksForVersion(name) ? tagOf(versions) : undefined;
  const installed = await answerOfInstaller(directory, sources, text);
  const answer = usable(installed, name) ?? (await definedVariable(name, witnesses));
  if (answer !== undefined) {
    // A commit of debian/ alone moves what git describe says: the tag and its distance do not count it.
    return stable !== undefined && /-\d+-g[0-9a-f]{4,}|^[0-9a-f]{7,}$/.test(answer.value)
      ? { value: stable.value, from: `${stable.from} (${answer.from})` }
      : answer;
  }
  if (asksForVersion(name)) return versions.version;
  return asksForName(name) ? witnesses.name : undefined;
}

/** An empty value is an answer for flags, none for a name or a version. */
function usable(fact: Fact<string> | undefined, name: string): Fact<string> | undefined {
  const needed = asksForName(name) || asksForVersion(name);
  return fact?.value === '' && needed ? undefined : fact;
}

function tagOf(versions: VersionFacts): Fact<string> | undefined {
  return versions.candidates.find(({ from }) => from.startsWith('git '));
}

/** `NAME = value` in the makefile beside the conf, or the tree's own. */
async function definedVariable(
  name: string,
  { directory, confDirectory, sources }: Witnesses,
): Promise<Fact<string> | undefined> {
  const definition = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*[:?]?:?=`, 'm');
  for (const folder of new Set([confDirectory, ''])) {
    const prefix = folder === '' ? '' : `${folder}/`;
    const makefile = sources.find(
      ({ path, text }) =>
        /^(?:GNUm|m|M)akefile$/.test(path.slice(prefix.length)) &&
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
