import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { completeDescription } from '../../debianize/describe-driver.ts';
import { type Driver, readDriver } from '../../driver/read-driver.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import type { FoundDescription } from '../../package/driver-description.ts';
import type { DriverSource, SourceOptions } from './driver-source.ts';

type FactOptions = Pick<SourceOptions, 'conf' | 'set' | 'maintainer' | 'compile'> &
  Partial<Pick<SourceOptions, 'reporter'>>;

/** Reads the facts of a tree as init does. */
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

/**
 * Returns the path of --conf. A relative path is tried in the current directory first, then at the top of the tree.
 */
function confChoice(directory: string, conf: string): string {
  return [resolve(conf), resolve(directory, conf)].find(existsSync) ?? conf;
}

/**
 * Completes a description with facts of the tree in `directory`. The facts are only read if something is missing.
 * `timestamp` is the time stamp of the packages, in seconds.
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
