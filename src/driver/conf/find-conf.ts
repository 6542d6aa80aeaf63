import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isDkmsConf } from '../../dkms/conf/dkms-file.ts';
import { noConf } from '../../dkms/conf/no-conf.ts';
import { readConfText } from '../../dkms/conf/read-conf-text.ts';
import { ConfError, EXIT } from '../../errors.ts';
import type { SourceFile } from '../../facts/code/c-sources.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { otherNamed } from './other-names.ts';
import { namedConf, type PackagedConf } from './packaged-confs.ts';

/** Where a driver's dkms.conf is, and the directory that DKMS is to have as the source. */
export interface ConfLocation {
  readonly file: string;
  /** Source directory relative to the tree: '' or such as `src`. */
  readonly sourceRoot: string;
  /** A debian/*.dkms is it or names it: `#MODULE_VERSION#` is the changelog's version (dh_dkms -V). */
  readonly isPackaged?: true;
}

/** What paths of the source begin with in the tree: '' or such as `src/`. */
export function sourcePrefix({ sourceRoot }: Pick<ConfLocation, 'sourceRoot'>): string {
  return sourceRoot === '' ? '' : `${sourceRoot}/`;
}

/** dkms.conf, its templates (`dkms.conf.in`, `.am`, `.tpl`), and per-driver ones (`dkms.conf.igb.in`). */
const CONF = /^dkms\.conf(?:\.[\w-]+)?(?:\.(?:in|am|tpl|tmpl|template))?$/;
const STALE = /\.(?:old|bak|orig|rej|save|md|txt)$/;
/** A conf there is somebody's sample or another build system's, not the driver's. */
const ELSEWHERE = /(?:^|\/)(?:tests?|samples?|\.github|node_modules)\//;

const MAKEFILES = ['Makefile', 'Kbuild', 'makefile', 'GNUmakefile', 'Makefile.in', 'Kbuild.in'];

/**
 * Finds the dkms.conf, or undefined where the tree has none. The given one; else the one that a person's debian/ packs;
 * else the one at the top, then a template there, then the only one further down, then one under another name
 * (otherNamed), then what init made and a person changed. A given file may name another, as debian/<package>.dkms does. ConfError `no-conf` (4),
 * `several-confs` (4).
 */
export async function findConf(
  directory: string,
  sources: readonly Pick<SourceFile, 'path' | 'text'>[],
  options: {
    given?: string | undefined;
    packaged: readonly PackagedConf[];
    /** The dkms.conf was derived: what init made of it is no source. */
    derived?: boolean;
  },
): Promise<ConfLocation | undefined> {
  // A fifo or device is no driver's, and nothing is to be derived in its place.
  const top = statSync(join(directory, 'dkms.conf'), { throwIfNoEntry: false });
  if (top !== undefined && !top.isFile() && !top.isDirectory()) {
    await readConfText(join(directory, 'dkms.conf'));
  }
  const { given, packaged, derived = false } = options;
  if (given !== undefined) return givenConf(directory, given);
  const packedBy = (by: PackagedConf['by']) =>
    packaged.filter((conf) => conf.by === by).map(({ path }) => path);
  const { found, forge } = confPaths(sources);
  const persons = packedBy('person');
  const treeConfs = found.length > 0 ? (preferred(found) ?? found) : otherNamed(sources);
  // Some projects keep their own packaging in .github/.
  const last = [packedBy('edited'), derived ? [] : packedBy('init'), forge];
  const chosen = [persons, treeConfs, ...last].find((paths) => paths.length > 0) ?? [];
  const [first, ...others] = chosen;
  if (first === undefined) return undefined;
  if (others.length > 0) throw severalConfs(directory, await withNames(directory, chosen));
  const location = locate(directory, join(directory, first));
  return chosen === treeConfs || chosen === forge ? location : { ...location, isPackaged: true };
}

/** The file of `--conf`, or the one that it names. */
async function givenConf(directory: string, given: string): Promise<ConfLocation> {
  const file = [resolve(directory, given), resolve(given)].find(existsSync);
  if (file === undefined)
    throw noConf(given, 'Write one (dkms(8), "DKMS.CONF"), or name it with --conf FILE.');
  const text = await readConfText(file);
  const named = isDkmsConf(text) ? undefined : namedConf(directory, text);
  if (named === undefined) return locate(directory, file);
  return { ...locate(directory, join(directory, named)), isPackaged: true };
}

/** The tree's dkms.conf files and their templates, samples left out; and those of its forge's own packaging. */
export function confPaths(sources: readonly Pick<SourceFile, 'path'>[]): {
  found: string[];
  forge: string[];
} {
  const named = sources
    .map(({ path }) => path)
    .filter((path) => CONF.test(basename(path)) && !STALE.test(path));
  return {
    found: named.filter((path) => !ELSEWHERE.test(path)),
    forge: named.filter((path) => path.startsWith('.github/')),
  };
}

/** The top's own conf speaks for the tree; a conf beside its template is what the template made. */
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
    const name = /^\s*PACKAGE_NAME(?:\[0\])?=["']?([^"'\s#]+)/m.exec(text)?.[1];
    return name === undefined ? path : `${path} (${name})`;
  });
  return (await Promise.all(lines)).sort();
}

/**
 * The source is the conf's own directory if there is a makefile beside it and the modules are built
 * there, else the whole tree.
 */
export function locate(directory: string, file: string): ConfLocation {
  const parent = relative(directory, dirname(file));
  const inside = parent !== '' && !parent.startsWith('..') && !/^debian(?:\/|$)/.test(parent);
  const hasMakefile = MAKEFILES.some((name) => existsSync(join(directory, parent, name)));
  return { file, sourceRoot: inside && hasMakefile ? parent : '' };
}

/**
 * Corrects `sourceRoot` once the conf is read: where BUILT_MODULE_LOCATION is a folder of the tree
 * but none of the conf's directory, DKMS is to have the whole tree.
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

/** MAKE calls make where DKMS starts it, and for no other place. */
const PLAIN_MAKE =
  /^'?(?:make)'?(?:\s+(?!(?:M|SUBDIRS|KBUILD_EXTMOD)=)(?:-[jks]\S*|\w+=\S+|all|modules|default))*$/;

/**
 * The same where nothing could be built at the top: no makefile is there, and dkms.conf leaves MAKE to
 * DKMS, which calls kbuild in the source, or calls make there. Then the only folder whose makefile names all modules is
 * meant; the packaging that the conf comes from installs just that (google/gasket-driver).
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
        /\/(?:Makefile|Kbuild)$/.test(path) &&
        conf.modules.every(({ builtName }) => text.includes(`${builtName}.o`)),
    )
    .map(({ path }) => dirname(path));
  const [only, ...others] = new Set(folders);
  return only === undefined || others.length > 0 ? location : { ...location, sourceRoot: only };
}

function severalConfs(directory: string, output: readonly string[]): ConfError {
  return new ConfError(
    'several-confs',
    'the tree has several dkms.conf files',
    { where: { file: directory }, output, hint: 'Choose one with --conf FILE.' },
    EXIT.confMissing,
  );
}
