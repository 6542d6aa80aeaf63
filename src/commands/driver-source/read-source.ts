import type { Stats } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { listSourceTree } from '../../dkms/source-tree.ts';
import { InputError, readingHint } from '../../errors.ts';
import { findPackagedConf } from '../../generate/conf/find-conf.ts';
import { describeDriver } from '../../generate/driver-description.ts';
import { fillModuleVersion } from '../../package/dkms-conf-file.ts';
import { describePackaging } from '../../package/driver-description.ts';
import { hasPackaging, type Packaging, readPackaging } from '../../package/packaging.ts';
import { sourceTimestamp } from '../../package/timestamp.ts';
import { earlierResults, withoutResults } from '../../source/earlier-results.ts';
import { treeTimestamp } from '../../source/tree-timestamp.ts';
import { completed, readFacts } from './complete-description.ts';
import { readDkmsPackage } from './dkms-package-source.ts';
import type { DriverSource, SourceOptions } from './driver-source.ts';

/**
 * Resolves what bmdeb is given: a tree, `name/version` below /usr/src, or a `*-dkms*.deb`, which is
 * unpacked below `scratch`. InputError `no-source`.
 */
export async function readSource(source: string, options: SourceOptions): Promise<DriverSource> {
  const path = resolve(source);
  const found = await lookAt(path);
  if (found?.isDirectory()) return readTree(path, options);
  if (found?.isFile() && path.endsWith('.deb')) return readDkmsPackage(path, options);
  const installed = /^([^/]+)\/([^/]+)$/.exec(source);
  const below = installed && join('/usr/src', `${installed[1]}-${installed[2]}`);
  if (below && (await lookAt(below))?.isDirectory()) {
    return readTree(below, options);
  }
  throw new InputError('no-source', `"${source}" is no driver`, {
    hint: 'Name a source tree, a NAME/VERSION below /usr/src, or a *-dkms*.deb.',
  });
}

/** Undefined where there is nothing; InputError `unreadable` where we may not know that. */
async function lookAt(path: string): Promise<Stats | undefined> {
  return stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.syscall === undefined || /^(ENOENT|ENOTDIR)$/.test(cause.code ?? ''))
      return undefined;
    throw new InputError('unreadable', `cannot be read (${cause.code})`, {
      where: { file: path },
      hint: readingHint(cause, 'Name a directory with the source of a driver.'),
      cause,
    });
  });
}

async function readTree(directory: string, options: SourceOptions): Promise<DriverSource> {
  const { conf, output, scratch } = options;
  if (await hasPackaging(directory)) {
    const packaging = await readPackaging(join(directory, 'debian'));
    const location = await findPackagedConf(directory, conf);
    const root = join(directory, location.sourceRoot);
    const timestamp = sourceTimestamp(packaging.latest.timestamp);
    const found = await describePackaging(packaging);
    return {
      directory: root,
      entries: withoutResults(await listSourceTree(root), await resultsIn(root, output)),
      confFile: await withVersion(location.file, packaging, scratch),
      ...(await completed(found, directory, timestamp, options)),
      tree: directory,
      isPackage: false,
      timestamp,
    };
  }
  const driver = await readFacts(directory, options);
  const root = join(directory, driver.location.sourceRoot);
  const results = await resultsIn(root, output);
  const timestamp = sourceTimestamp(
    await treeTimestamp(directory, withoutResults(driver.source, results)),
  );
  // As init would write it: placeholders filled in, or derived where the tree has none.
  const { text } = driver.driverConf;
  const asItIs = (await readFile(driver.location.file, 'utf8').catch(() => '')) === text;
  const confFile = asItIs ? driver.location.file : join(scratch, 'dkms.conf');
  if (!asItIs) await writeFile(confFile, text);
  return {
    directory: root,
    entries: withoutResults(await listSourceTree(root), results),
    confFile,
    description: describeDriver(driver, timestamp),
    tree: directory,
    isPackage: false,
    driver,
    timestamp,
  };
}

async function resultsIn(directory: string, output: string | undefined): Promise<string[]> {
  return output === undefined ? [] : earlierResults(directory, output);
}

/** dkms.conf with the version that dh_dkms would put in for #MODULE_VERSION#; a copy if it does. */
async function withVersion(file: string, packaging: Packaging, scratch: string): Promise<string> {
  const original = await readFile(file);
  const text = fillModuleVersion(original, packaging);
  if (text.equals(original)) return file;
  const copy = join(scratch, 'dkms.conf');
  await writeFile(copy, text);
  return copy;
}
