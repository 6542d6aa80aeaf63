import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { finalText } from '../../debianize/decide-file.ts';
import { planDebian } from '../../debianize/plan.ts';
import { readManifest } from '../../driver/conf/init-memory.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { InputError } from '../../errors.ts';
import { namesIn } from '../../system/files/names-in.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import { someNames } from '../../system/text/some-names.ts';
import { rememberedLines } from '../follow-spec.ts';
import { planRpm } from '../plan-rpm.ts';

/** The spec that a package is built from. */
export interface ChosenSpec {
  readonly name: string;
  readonly text: string;
  /**
   * Returns a source or patch by its name. The file is searched in the directory of the spec, then at the top of the
   * tree; for a generated spec, among the files that init would write. Returns undefined if the file is not found.
   */
  readonly source: (name: string) => Promise<Uint8Array | undefined>;
  /**
   * Who wrote the spec. `generated`: nobody, because it is the spec that init would write. `written`: init. `foreign`:
   * somebody else.
   */
  readonly kind: 'generated' | 'written' | 'foreign';
  /** What a spec of init does not pack, a sentence each. */
  readonly notes: readonly string[];
}

/** The largest source of a spec that is read, in bytes. A larger one is an error. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Returns the spec in rpm/ that has the name of the package, else the only spec in rpm/. If rpm/ has no spec, returns
 * the spec that init would write. Throws InputError `several-specs` and `spec-outdated`.
 */
export async function chooseSpec(driver: Driver, timestamp: number): Promise<ChosenSpec> {
  const directory = join(driver.directory, 'rpm');
  const names = await namesIn(directory);
  const specs = names.filter((name) => name.endsWith('.spec')).sort();
  const own = `${driver.packageName}.spec`;
  const name = specs.includes(own) ? own : specs[0];
  if (name === undefined) return generatedSpec(driver, timestamp);
  if (name !== own && specs.length > 1) {
    throw new InputError('several-specs', `there are several specs: ${someNames(specs)}`, {
      where: { file: directory },
      hint: `Rename the spec of the -dkms package to ${own}.`,
    });
  }
  const text = (await readTreeFile(join(directory, name))).toString('utf8');
  const manifest = await readManifest(directory);
  const kind = manifest?.files[name] === undefined ? 'foreign' : 'written';
  if (kind === 'written') refuseOutdated(driver, text, join(directory, name));
  const source = (wanted: string) => readSource([directory, driver.directory], wanted);
  return { name, text, source, kind, notes: [] };
}

async function generatedSpec(driver: Driver, timestamp: number): Promise<ChosenSpec> {
  const plan = await planRpm(driver, await planDebian(driver, { timestamp }));
  const texts = plan.files.map((file) => [file.path, finalText(file)] as const);
  const name = `${driver.packageName}.spec`;
  const textOf = (path: string) => texts.find(([known]) => known === path)?.[1];
  const source = async (path: string) => {
    const text = textOf(path);
    return text === undefined ? undefined : Buffer.from(text);
  };
  return { name, text: textOf(name) ?? '', source, kind: 'generated', notes: plan.notes };
}

/**
 * Throws InputError `spec-outdated` if the spec names another name or version than dkms.conf. The name of the tarball
 * and the place of the source depend on name and version.
 */
function refuseOutdated({ conf }: Driver, text: string, file: string): void {
  const lines = rememberedLines(text);
  const [name, version] = [lines['%global dkms_name'], lines['%global dkms_version']];
  if (name === undefined || version === undefined) return;
  if (name === conf.name && version === conf.version) return;
  throw new InputError(
    'spec-outdated',
    `the spec is for ${name} ${version}, but dkms.conf says ${conf.name} ${conf.version}`,
    { where: { file }, hint: 'Run dkms-deb init --rpm.' },
  );
}

async function readSource(
  directories: readonly string[],
  name: string,
): Promise<Uint8Array | undefined> {
  for (const directory of directories) {
    const file = join(directory, name);
    const found = await lstat(file).catch(() => undefined);
    if (found?.isFile()) return readTreeFile(file, MOST_BYTES);
  }
  return undefined;
}
