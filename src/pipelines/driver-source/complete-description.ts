import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { completeDescription } from '../../debianize/describe-driver.ts';
import { type Driver, readDriver } from '../../driver/read-driver.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import type { FoundDescription } from '../../package/driver-description.ts';
import type { DriverSource, SourceOptions } from './driver-source.ts';

type FactOptions = Pick<SourceOptions, 'conf' | 'set' | 'maintainer' | 'compile'> &
  Partial<Pick<SourceOptions, 'reporter'>>;

/** The facts of a tree, as init reads them. */
export function readFacts(directory: string, options: FactOptions): Promise<Driver> {
  const { conf, set, maintainer, reporter, compile = true } = options;
  const choices = {
    ...(conf === undefined ? {} : { conf: confChoice(directory, conf) }),
    ...(set === undefined ? {} : { set }),
  };
  return readDriver(directory, referenceKernel(), {
    choices,
    maintainer,
    compile,
    ...(reporter === undefined ? {} : { reporter }),
  });
}

/** From where the person stands, else from the tree's top. */
function confChoice(directory: string, conf: string): string {
  return [resolve(conf), resolve(directory, conf)].find(existsSync) ?? conf;
}

/**
 * `found`, and what it leaves out by the facts of the tree in `directory`; these are only read for that.
 * `timestamp`: of the packages, seconds.
 */
export async function completed(
  found: FoundDescription,
  directory: string,
  timestamp: number,
  options: FactOptions,
): Promise<Pick<DriverSource, 'description' | 'missing'>> {
  const { synopsis, copyright, maintainer = options.maintainer } = found;
  if (synopsis !== undefined && copyright !== undefined && maintainer !== undefined) {
    return { description: { ...found, synopsis, copyright, maintainer } };
  }
  const driver = await readFacts(directory, options);
  const missing = Object.entries({ maintainer, description: synopsis, copyright }).flatMap(
    ([name, value]) => (value === undefined ? [name] : []),
  );
  return { description: completeDescription(found, driver, timestamp), missing };
}
