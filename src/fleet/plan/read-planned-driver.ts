import { readFile } from 'node:fs/promises';
import type { Person } from '../../debian/person.ts';
import { readConf } from '../../dkms/conf/conf.ts';
import { evaluateConf } from '../../dkms/conf/evaluate.ts';
import { isSameForKernels } from '../../dkms/conf/kernel-exclusion.ts';
import { digestWithoutConf } from '../../dkms/source/source-digest.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { digestOfCommon } from '../../package/modules/common-files.ts';
import type { DriverSource } from '../../pipelines/driver-source/driver-source.ts';
import { readSource } from '../../pipelines/driver-source/read-source.ts';
import { variantSource } from '../../pipelines/driver-source/variant-source.ts';
import type { Reporter } from '../../report/reporter.ts';
import { sha256 } from '../../system/files/sha256.ts';
import type { TreeChoices } from './driver-spec.ts';
import type { PlannedDriver } from './plan-document.ts';

/** What a plan says about a driver, except the place of its source. */
export type DriverFacts = Pick<
  PlannedDriver,
  | 'name'
  | 'version'
  | 'buildDepends'
  | 'description'
  | 'timestamp'
  | 'sha256'
  | 'confSha256'
  | 'common'
>;

/** The facts of a driver, and what is needed only while a plan is made. */
export interface ReadDriver {
  readonly facts: DriverFacts;
  /** The values of dkms.conf by directive and index. Undefined if they may differ between kernels. */
  readonly values:
    | readonly (readonly [string, readonly (readonly [number, string])[]])[]
    | undefined;
  /** The estimated seconds that one build takes on one processor. */
  readonly cost: number;
}

export interface DriverReading {
  /** The path of a directory or a .deb. */
  readonly path: string;
  readonly choices: TreeChoices;
  readonly scratch: string;
  /** Paths in the tree that are not source. */
  readonly without: readonly string[];
  /** The maintainer to use instead of the driver's own. */
  readonly maintainer: Person | undefined;
  readonly reporter: Reporter;
}

/**
 * An estimate of how long one build takes: a least number of seconds, and a time for each byte of C. The estimate only
 * has to be good enough to make tasks of about the same size.
 */
const SECONDS_AT_LEAST = 2;
const SECONDS_PER_BYTE = 20 / 1_000_000;

/** Reads the source of a driver as bmdeb does. Throws the errors of readSource and variantSource. */
export async function readFleetSource({
  path,
  choices,
  scratch,
  without,
  maintainer,
  reporter,
}: DriverReading): Promise<DriverSource> {
  const { conf, set, snapshot = false, suffix } = choices;
  const options = { conf, set, scratch, without, maintainer, reporter };
  const source = await variantSource(await readSource(path, options), { snapshot, suffix });
  if (maintainer === undefined) return source;
  return { ...source, description: { ...source.description, maintainer } };
}

/** Reads the facts of a driver from its source. Throws the errors of evaluateConf and readConf. */
export async function factsOf(source: DriverSource): Promise<ReadDriver> {
  const { directory, entries, confFile, description, timestamp } = source;
  const confText = await readFile(confFile, 'utf8');
  const kernel = { ...referenceKernel(), config: undefined };
  const evaluated = await evaluateConf(confFile, { kernel });
  const conf = readConf(evaluated, kernel);
  const common = await digestOfCommon(source.common);
  const bytes = entries
    .filter(({ path }) => /\.[chS]$/.test(path))
    .reduce((sum, { size }) => sum + size, 0);
  const { homepage, ...described } = description;
  return {
    facts: {
      name: conf.name,
      version: conf.version,
      buildDepends: [...new Set(conf.buildDepends)],
      description: {
        ...described,
        paragraphs: [...description.paragraphs],
        distributions: [...description.distributions],
        ...(homepage !== undefined && { homepage }),
      },
      timestamp,
      sha256: await digestWithoutConf(directory, entries, confFile),
      confSha256: sha256(await readFile(confFile)),
      ...(common !== undefined && { common }),
    },
    values: isSameForKernels(confText)
      ? [...evaluated.values].map(([name, own]) => [name, [...own]] as const)
      : undefined,
    cost: Math.round(SECONDS_AT_LEAST + bytes * SECONDS_PER_BYTE),
  };
}
