import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isDkmsConf } from '../../dkms/conf/dkms-file.ts';
import { NO_SUCH_FILE, noConf } from '../../dkms/conf/no-conf.ts';
import { readConfText } from '../../dkms/conf/read-conf-text.ts';
import { KBUILD_NAMES, MAKE_NAMES, MAKEFILE } from '../../dkms/source/makefile-name.ts';
import { ConfError, EXIT } from '../../errors.ts';
import type { SourceFile } from '../../facts/code/c-sources.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { isConfName } from './conf-name.ts';
import { withLinkedConf } from './linked-conf.ts';
import { otherNamed } from './other-names.ts';
import { namedConf, type PackagedConf } from './packaged-confs.ts';

/** Where the dkms.conf of a driver is, and which directory DKMS gets as the source. */
export interface ConfLocation {
  readonly file: string;
  /**
   * The directory that DKMS gets as the source, relative to the tree: '' for the whole tree, or for example `src`.
   */
  readonly sourceRoot: string;
  /**
   * True if the dkms.conf is a debian/<package>.dkms that was found without `--conf`, or if a debian/<package>.dkms (or
   * the file of `--conf`) contains only the path of the dkms.conf. `#MODULE_VERSION#` in the dkms.conf then stands for
   * the version in debian/changelog (dh_dkms -V).
   */
  readonly isPackaged?: true;
}

/**
 * Returns the prefix that makes a path relative to the source a path relative to the tree: '' or for example `src/`.
 */
export function sourcePrefix({ sourceRoot }: Pick<ConfLocation, 'sourceRoot'>): string {
  return sourceRoot === '' ? '' : `${sourceRoot}/`;
}

/** Folders in which a dkms.conf is only a sample, or belongs to another driver. */
const SAMPLE_FOLDERS = /(?:^|\/)(?:tests?|samples?|\.github|node_modules)\//;

const MAKEFILES = [...KBUILD_NAMES, ...MAKE_NAMES, 'Makefile.in', 'Kbuild.in'];

/**
 * Finds the dkms.conf of a tree. It is the first of these that exists: the given file; the file that debian/ packs and
 * that init did not write; `dkms.conf` at the top; the only template at the top; the only dkms.conf or template below
 * the top, or the only dkms.conf beside its templates; a dkms.conf with another name (otherNamed); the file that
 * debian/ packs, and that init wrote and the user edited; the file that debian/ packs and only init wrote; a file in
 * .github/. The given file may contain only the path of the dkms.conf, as debian/<package>.dkms may. Returns undefined
 * if the tree has no dkms.conf. Throws SeveralConfs if several files have the same rank, ConfError `no-conf` (exit
 * status 4) if the given file does not exist, and the errors of refuseSpecialConf, readConfText and withLinkedConf.
 */
export async function findConf(
  directory: string,
  sources: readonly Pick<SourceFile, 'path' | 'text'>[],
  options: {
    given?: string | undefined;
    packaged: readonly PackagedConf[];
    /**
     * Whether an earlier run of init derived a dkms.conf from the makefiles. If so, a dkms.conf in debian/ that the
     * user has not edited is the output of init, and is not read as the dkms.conf of the driver.
     */
    derived?: boolean;
  },
): Promise<ConfLocation | undefined> {
  await refuseSpecialConf(directory);
  const { given, packaged, derived = false } = options;
  if (given !== undefined) return givenConf(directory, given);
  const packedBy = (by: PackagedConf['by']) =>
    packaged.filter((conf) => conf.by === by).map(({ path }) => path);
  const { found, forge } = confPaths(await withLinkedConf(directory, sources));
  const persons = packedBy('person');
  const treeConfs = found.length > 0 ? (preferred(found) ?? found) : otherNamed(sources);
  // A dkms.conf in .github/ is used only if there is no other. Some projects keep their packaging there.
  const last = [packedBy('edited'), derived ? [] : packedBy('init'), forge];
  const chosen = [persons, treeConfs, ...last].find((paths) => paths.length > 0) ?? [];
  const [first, ...others] = chosen;
  if (first === undefined) return undefined;
  if (others.length > 0) {
    const paths = [...chosen].sort();
    throw new SeveralConfs(directory, paths, await withNames(directory, paths));
  }
  const location = locate(directory, join(directory, first));
  return chosen === treeConfs || chosen === forge ? location : { ...location, isPackaged: true };
}

/**
 * Throws the error of readConfText if the dkms.conf at the top of a tree is a directory, a fifo or a device. It would
 * be ignored otherwise, and another dkms.conf would be derived without telling the user.
 */
export async function refuseSpecialConf(directory: string): Promise<void> {
  const file = join(directory, 'dkms.conf');
  const top = statSync(file, { throwIfNoEntry: false });
  if (top !== undefined && !top.isFile()) await readConfText(file);
}

/**
 * Returns the file given with `--conf`. Its path may be relative to the tree, which is tried first, or to the current
 * directory. If this file contains only the path of a dkms.conf, as debian/<package>.dkms may, returns that dkms.conf.
 * Throws ConfError `no-conf` if the file does not exist, and the errors of readConfText.
 */
async function givenConf(directory: string, given: string): Promise<ConfLocation> {
  const file = [resolve(directory, given), resolve(given)].find(existsSync);
  if (file === undefined)
    throw noConf(given, 'Check the file name after --conf.', { message: NO_SUCH_FILE });
  const text = await readConfText(file);
  const named = isDkmsConf(text) ? undefined : namedConf(directory, text);
  if (named === undefined) return locate(directory, file);
  return { ...locate(directory, join(directory, named)), isPackaged: true };
}

/**
 * Returns the paths of the dkms.conf files and templates of the tree in two lists: the files in .github/ (`forge`), and
 * the other files that are not samples (`found`).
 */
export function confPaths(sources: readonly Pick<SourceFile, 'path'>[]): {
  found: string[];
  forge: string[];
} {
  const named = sources.map(({ path }) => path).filter((path) => isConfName(basename(path)));
  return {
    found: named.filter((path) => !SAMPLE_FOLDERS.test(path)),
    forge: named.filter((path) => path.startsWith('.github/')),
  };
}

/**
 * Chooses one of several files: `dkms.conf` at the top of the tree, or the only file there, or the only `dkms.conf` if
 * all files are in the same folder. Returns undefined if there is no such file.
 */
function preferred(found: readonly string[]): string[] | undefined {
  if (found.includes('dkms.conf')) return ['dkms.conf'];
  const top = found.filter((path) => !path.includes('/'));
  if (top.length === 1) return top;
  const literal = found.filter((path) => basename(path) === 'dkms.conf');
  const folders = new Set(found.map((path) => dirname(path)));
  return literal.length === 1 && folders.size === 1 ? literal : undefined;
}

async function withNames(directory: string, paths: readonly string[]): Promise<string[]> {
  const lines = paths.map(async (path) => {
    const text = await readTreeText(join(directory, path), 'latin1').catch(() => '');
    const name = /^[ \t]*PACKAGE_NAME(?:\[0\])?=["']?([^"'\s#]+)/m.exec(text)?.[1];
    return name === undefined ? path : `${path} (${name})`;
  });
  return Promise.all(lines);
}

/**
 * Returns a dkms.conf with the directory of its source: the directory of the file if it is in the tree, is not debian/,
 * and has a makefile; otherwise the whole tree.
 */
export function locate(directory: string, file: string): ConfLocation {
  const parent = relative(directory, dirname(file));
  const inside = parent !== '' && !parent.startsWith('..') && !/^debian(?:\/|$)/.test(parent);
  const hasMakefile = MAKEFILES.some((name) => existsSync(join(directory, parent, name)));
  return { file, sourceRoot: inside && hasMakefile ? parent : '' };
}

/**
 * Corrects `sourceRoot` after dkms.conf was evaluated. If a BUILT_MODULE_LOCATION does not exist below `sourceRoot`,
 * but all of them exist below the top of the tree, the source is the whole tree.
 */
export function correctRoot(
  directory: string,
  location: ConfLocation,
  moduleLocations: readonly string[],
): ConfLocation {
  const { sourceRoot } = location;
  const lies = (root: string) =>
    moduleLocations.every((path) => existsSync(join(directory, root, path)));
  return sourceRoot !== '' && !lies(sourceRoot) && lies('')
    ? { ...location, sourceRoot: '' }
    : location;
}

/** Matches a MAKE that consists of one call of make and does not change the directory. */
const PLAIN_MAKE =
  /^'?(?:make)'?(?:\s+(?!(?:M|SUBDIRS|KBUILD_EXTMOD)=)(?:-[jks]\S*|\w+=\S+|all|modules|default))*$/;

/**
 * Corrects `sourceRoot` if nothing could be built at the top: the top has no makefile, and dkms.conf sets no MAKE, or a
 * MAKE that only calls make. If the makefile of exactly one folder names all modules, this folder is the source,
 * because projects of this form install only this folder (google/gasket-driver).
 */
export function rootOfKbuild(
  directory: string,
  location: ConfLocation,
  sources: readonly Pick<SourceFile, 'path' | 'text'>[],
  conf: {
    readonly directives: ReadonlySet<string>;
    readonly make?: string | undefined;
    readonly modules: readonly { readonly builtName: string }[];
  },
): ConfLocation {
  const elsewhere = conf.directives.has('MAKE') && !PLAIN_MAKE.test(conf.make ?? '');
  if (location.sourceRoot !== '' || elsewhere) return location;
  if (MAKEFILES.some((name) => existsSync(join(directory, name)))) return location;
  const folders = sources
    .filter(
      ({ path, text }) =>
        path.includes('/') &&
        MAKEFILE.test(path) &&
        conf.modules.every(({ builtName }) => text.includes(`${builtName}.o`)),
    )
    .map(({ path }) => dirname(path));
  const [only, ...others] = new Set(folders);
  return only === undefined || others.length > 0 ? location : { ...location, sourceRoot: only };
}

const CHOOSE =
  'Choose one with --conf FILE, an option of init, bmdeb, info and lint, or with conf: in dkms-deb.yaml.';

/**
 * The error `several-confs` (exit status 4): a tree has several dkms.conf files, and nothing shows which one is for the
 * driver.
 */
export class SeveralConfs extends ConfError {
  /** The paths of the dkms.conf files, relative to the tree, in the order of `output`. */
  readonly paths: readonly string[];

  constructor(directory: string, paths: readonly string[], output: readonly string[]) {
    const details = { where: { file: directory }, output, hint: CHOOSE };
    super('several-confs', 'the tree has several dkms.conf files', details, EXIT.confMissing);
    this.paths = paths;
  }
}
