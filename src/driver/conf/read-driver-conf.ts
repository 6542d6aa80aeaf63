import { basename, dirname, relative } from 'node:path';
import { type DkmsConf, placeOf, readConf } from '../../dkms/conf/conf.ts';
import { evaluateConf, scalar } from '../../dkms/conf/evaluate.ts';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import { isPlaceholder } from '../../dkms/conf/placeholder.ts';
import { readConfText } from '../../dkms/conf/read-conf-text.ts';
import { ConfError } from '../../errors.ts';
import type { Fact } from '../../facts/fact.ts';
import type { VersionFacts } from '../../facts/version/tree-version.ts';
import { ofTree } from '../../system/text/command-places.ts';
import { type ConfLocation, correctRoot, rootOfKbuild } from './find-conf.ts';
import { literalOnce } from './literal.ts';
import { fillPlaceholders, findPlaceholders } from './placeholders.ts';
import { resolvePlaceholders, type Witnesses } from './resolve.ts';

/** The dkms.conf of a driver, with a value for every placeholder. */
export interface DriverConf {
  readonly location: ConfLocation;
  readonly conf: DkmsConf;
  /** The text for debian/<package>.dkms. Name and version are quoted literals, because dh_dkms does not run bash. */
  readonly text: string;
  readonly name: Fact<string>;
  readonly version: Fact<string>;
  /** The placeholders that were replaced: `what` is the placeholder, `value` its value. */
  readonly filled: readonly (Fact<string> & { readonly what: string })[];
}

/**
 * Reads a dkms.conf, and replaces its placeholders by values. The file itself is not changed. Throws the errors of
 * readConfText, evaluateConf, readConf and resolvePlaceholders, and ConfError `version-unknown`, `name-unknown` or
 * `conf-not-literal`.
 */
export async function readDriverConf(
  location: ConfLocation,
  kernel: EvaluationContext['kernel'],
  witnesses: Omit<Witnesses, 'versions' | 'confDirectory' | 'conf'>,
  versions: (conf: Fact<string> | undefined) => VersionFacts,
): Promise<DriverConf> {
  const { file } = location;
  const { directory, given } = witnesses;
  const original = (await readConfText(file)).replace(/\r$/gm, '');
  const parent = relative(directory, dirname(file));
  const values = await resolvePlaceholders(findPlaceholders(original), file, {
    ...witnesses,
    conf: original,
    changelog: location.isPackaged || parent === 'debian' ? witnesses.changelog : undefined,
    confDirectory: parent.startsWith('..') ? '' : parent,
    versions: versions(undefined),
  });
  let text = fillPlaceholders(
    original,
    new Map([...values].map(([placeholder, fact]) => [placeholder, toLatin1(fact.value)])),
  );
  for (const directive of ['PACKAGE_NAME', 'PACKAGE_VERSION']) {
    const said = given.get(directive);
    if (said !== undefined) text = literalOnce(text, directive, toLatin1(said));
  }
  const evaluate = (changed: string) =>
    evaluateConf(file, { kernel }, Buffer.from(changed, 'latin1'));
  const first = await evaluate(text);
  const name = factOf(first, 'PACKAGE_NAME', witnesses) ?? witnesses.name;
  if (name === undefined) {
    throw new ConfError('name-unknown', 'the file sets no PACKAGE_NAME', {
      where: { file },
      hint: `Set the name with dkms-deb init --set PACKAGE_NAME=${exampleName(directory)}${ofTree(directory)}`,
    });
  }
  const version =
    factOf(first, 'PACKAGE_VERSION', witnesses) ??
    versions(undefined).version ??
    (await witnesses.fallback?.());
  if (version === undefined) {
    throw new ConfError('version-unknown', 'no version found in the file or the tree', {
      where: { file },
      hint: `Set the version with dkms-deb init --set PACKAGE_VERSION=0.1${ofTree(directory)}`,
    });
  }
  const literal = literalOnce(
    literalOnce(text, 'PACKAGE_NAME', name.value),
    'PACKAGE_VERSION',
    version.value,
  );
  const evaluated = literal === original ? first : await evaluate(literal);
  const subject = { release: kernel.release, machine: kernel.machine, config: undefined };
  const conf = { ...readConf(evaluated, subject), file };
  if (conf.name !== name.value || conf.version !== version.value) throw notLiteral(file);
  const locations = conf.modules.map((module) => module.builtLocation);
  const corrected = correctRoot(directory, location, locations);
  return {
    location: rootOfKbuild(directory, corrected, witnesses.sources, conf),
    conf,
    text: Buffer.from(literal, 'latin1').toString('utf8'),
    name,
    version,
    filled: [...values].map(([what, fact]) => ({ what, ...fact })),
  };
}

/**
 * Returns the value of a directive after evaluation. Returns undefined if the directive is unset, or if its value is
 * still a placeholder.
 */
function factOf(
  evaluated: Awaited<ReturnType<typeof evaluateConf>>,
  directive: 'PACKAGE_NAME' | 'PACKAGE_VERSION',
  { given, directory }: Pick<Witnesses, 'given' | 'directory'>,
): Fact<string> | undefined {
  const value = scalar(evaluated, directive);
  if (value === undefined || isPlaceholder(value)) return undefined;
  if (given.has(directive)) return { value, from: `--set ${directive}` };
  const { file, line } = placeOf(evaluated.file, directive);
  const path = relative(directory, file);
  const shown = path.startsWith('..') ? basename(file) : path;
  return { value, from: `${shown}${line === undefined ? '' : `:${line}`} ${directive}` };
}

function toLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function notLiteral(file: string): ConfError {
  return new ConfError(
    'conf-not-literal',
    'dh_dkms needs one line with the literal name and one with the literal version, but this file sets them in another way',
    {
      where: { file },
      hint: 'Set PACKAGE_NAME and PACKAGE_VERSION once, each on a line of its own.',
    },
  );
}

/**
 * Returns the name of a directory if it can be the name of a driver, otherwise NAME. It is for the command in a hint.
 */
function exampleName(directory: string): string {
  const name = basename(directory);
  return /^[a-z0-9][a-z0-9+.-]+$/.test(name) ? name : 'NAME';
}
