import type { Stats } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { describeDriver } from '../../debianize/describe-driver.ts';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
import { InputError, readingHint, UsageError } from '../../errors.ts';
import { describePackaging } from '../../package/driver-description.ts';
import { hasPackaging } from '../../package/packaging.ts';
import { sourceTimestamp } from '../../package/source-date-epoch.ts';
import { withoutResults } from '../../source/earlier-results.ts';
import { treeTimestamp } from '../../source/tree-timestamp.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { holdLinksWithin } from '../../system/files/tree-bounds.ts';
import { removeLeftoversOfTree } from '../../system/process/cleanup.ts';
import { causeOf } from '../../system/process/refusal.ts';
import { commonOfTree } from './common-files-of-driver.ts';
import { completed, readFacts } from './complete-description.ts';
import { readDkmsPackage } from './dkms-package-source.ts';
import type { DriverSource, SourceOptions } from './driver-source.ts';
import { readPackagedTree, resultsIn } from './packaged-tree.ts';

/**
 * Reads a driver's source: a tree, `NAME/VERSION` below /usr/src, or a `*-dkms*.deb`, which is unpacked below
 * `scratch`. Throws InputError `no-source` if `source` is none of these.
 */
export async function readSource(source: string, options: SourceOptions): Promise<DriverSource> {
  const path = resolve(source);
  const found = await lookAt(path);
  if (found?.isDirectory()) {
    await removeLeftoversOfTree(path);
    return readTree(path, options);
  }
  if (found?.isFile() && path.endsWith('.deb')) {
    refuseChoices(source, options);
    return readDkmsPackage(path, options);
  }
  const installed = /^([^/]+)\/([^/]+)$/.exec(source);
  const below = installed && join('/usr/src', `${installed[1]}-${installed[2]}`);
  if (below && (await lookAt(below))?.isDirectory()) {
    return readTree(below, options);
  }
  const said = found === undefined ? 'no such file or directory' : 'neither a directory nor a .deb';
  throw new InputError('no-source', `${JSON.stringify(source)}: ${said}`, {
    hint: 'Name a source tree, a NAME/VERSION below /usr/src, or a *-dkms*.deb.',
  });
}

/** Throws UsageError for --conf and --set, which only apply to a source tree. */
function refuseChoices(source: string, { conf, set }: SourceOptions): void {
  const given = conf !== undefined ? '--conf' : set !== undefined ? '--set' : undefined;
  if (given === undefined) return;
  throw new UsageError(`${given} needs a source tree, but ${source} is a package`, {
    hint: `Leave ${given} out, or name the source tree.`,
  });
}

/**
 * Returns the status of a path, or undefined if it does not exist. Throws InputError `unreadable` if the status cannot
 * be read.
 */
async function lookAt(path: string): Promise<Stats | undefined> {
  return stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.syscall === undefined || /^(ENOENT|ENOTDIR)$/.test(cause.code ?? ''))
      return undefined;
    throw new InputError('unreadable', `cannot read the path: ${causeOf(cause)[0]}`, {
      where: { file: path },
      hint: readingHint(cause, 'Name the source directory of a driver.'),
      cause,
    });
  });
}

async function readTree(directory: string, options: SourceOptions): Promise<DriverSource> {
  holdLinksWithin(directory);
  if (!(await hasPackaging(directory))) return readBareTree(directory, options);
  const found = await readPackagedTree(directory, options);
  if ('source' in found) return found.source;
  const { packaging } = found;
  const source = await readBareTree(directory, options);
  // With --set, the driver may get another name or version than debian/ states.
  if (packaging === undefined || options.set !== undefined) return source;
  const timestamp = sourceTimestamp(packaging.latest.timestamp);
  const described = await completed(
    await describePackaging(packaging),
    directory,
    timestamp,
    options,
  );
  const { driver: _, ...rest } = source;
  return { ...rest, ...described, timestamp };
}

/** Reads a tree without debian/ as init does: placeholders are filled in, and a missing dkms.conf is derived. */
async function readBareTree(directory: string, options: SourceOptions): Promise<DriverSource> {
  const { scratch, reporter } = options;
  const driver = await readFacts(directory, options);
  const root = join(directory, driver.location.sourceRoot);
  const results = await resultsIn(root, options);
  const timestamp = sourceTimestamp(
    await treeTimestamp(root, withoutResults(driver.entries, results)),
  );
  const { text } = driver.driverConf;
  const { file } = driver.location;
  const asItIs = (await readTreeText(file).catch(() => '')) === text;
  const confFile = asItIs ? file : join(scratch, 'dkms.conf');
  if (!asItIs) await writeFile(confFile, text);
  const conf = driver.derived === undefined ? relative(directory, file) : undefined;
  if (conf !== undefined && conf !== 'dkms.conf') reporter.note(`Reading ${conf} as dkms.conf.`);
  return {
    directory: root,
    entries: withoutResults(
      await listSourceTree(directory, { below: driver.location.sourceRoot }),
      results,
    ),
    confFile,
    conf,
    description: describeDriver(driver, timestamp),
    tree: directory,
    isPackage: false,
    driver,
    common: await commonOfTree(driver, timestamp),
    timestamp,
  };
}
