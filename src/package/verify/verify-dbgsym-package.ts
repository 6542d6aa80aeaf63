import { dirname, join } from 'node:path';
import { formatRelations, parseRelations } from '../../debian/relations.ts';
import { DkmsDebError } from '../../errors.ts';
import { machineOf } from '../../kernel/architecture.ts';
import type { DebugFacts } from '../../module/format/debug-facts.ts';
import {
  error,
  type Finding,
  findingAbout,
  ok,
  unchecked,
  warning,
} from '../../module/verify/finding.ts';
import type { PackageContents, PackedDebugFile } from './package-contents.ts';
import { KERNEL_PACKAGE } from './verify-modules-package.ts';

type Level = Finding['level'];

const BY_BUILD_ID = /^usr\/lib\/debug\/\.build-id\/([0-9a-f]{2})\/([0-9a-f]+)\.debug$/;

const NOT_BY_BUILD_ID = [
  'debug-file-place',
  'debuggers look only in /usr/lib/debug/.build-id, so they do not find',
] as const;

/** Whether a package should contain detached debug data. Its name, or a field that debhelper writes, shows this. */
export function isDbgsymPackage({ fields }: PackageContents): boolean {
  return nameOf(fields).endsWith('-dbgsym') || isMarked(fields);
}

/**
 * Checks a package with the debug data of another package (dh_strip, dh_gencontrol): debuggers must find each file
 * by its build id, and the package must depend on exactly the other package's build. If the other package is in
 * `beside`, the build ids of its modules are compared. For debug data of programs some errors are only warnings.
 */
export function verifyDbgsymPackage(
  contents: PackageContents,
  beside: readonly PackageContents[],
): Finding[] {
  const { debugFiles } = contents;
  if (debugFiles.length === 0) return verifyOtherFiles(contents);
  const ofModules = debugFiles.some(({ facts }) => facts?.isModule);
  const level: Level = ofModules ? 'error' : 'warning';
  const findings = [
    ...verifyFiles(contents),
    ...verifyPlaces(debugFiles),
    ...verifyFields(contents, level),
    ...verifyLinks(contents),
    ...compareModules(contents, beside),
  ];
  if (findings.length === 0) {
    const message = `debug data of ${debugFiles.length} files, found by build id`;
    findings.push(ok('debug-files', message));
  }
  return [...findings, ...verifyDependency(contents, level)];
}

/**
 * Checks a package that has debug data in other files than .debug: Ubuntu's linux-image-…-dbgsym contains whole
 * modules.
 */
function verifyOtherFiles({ entries, fields }: PackageContents): Finding[] {
  const paths = entries
    .filter(({ type, path }) => type === 'file' && path.startsWith('usr/lib/debug/'))
    .map(({ path }) => path);
  if (paths.length === 0) {
    return [error('no-debug-files', 'the package has no debug data in /usr/lib/debug')];
  }
  if (!KERNEL_PACKAGE.test(nameOf(fields)))
    return findingAbout('warning', ...NOT_BY_BUILD_ID, paths);
  return [unchecked('debug-files', 'debug data of the kernel itself are not checked')];
}

function verifyFiles({ debugFiles, fields }: PackageContents): Finding[] {
  const machine = machineOf(fields.get('Architecture') ?? '');
  const where = (wanted: (facts: DebugFacts) => boolean) =>
    debugFiles.flatMap(({ path, facts }) => (facts && wanted(facts) ? [path] : []));
  const hasNone = ({ debugData }: DebugFacts) => debugData !== 'dwarf';
  return [
    ...debugFiles.flatMap(({ path, problem }) =>
      problem === undefined ? [] : [error('no-debug-file', `${path}: ${problem}`)],
    ),
    ...findingAbout(
      'unchecked',
      'debug-files',
      'files with debug data that are too large to check',
      debugFiles.flatMap(({ path, facts, problem }) => (facts || problem ? [] : [path])),
    ),
    // Only debug data of modules are checked here: packages of programs may contain libraries for other machines, such
    // as gcc's 32-bit libraries.
    ...findingAbout(
      'error',
      'wrong-machine',
      `debug data of modules for another machine than ${machine}`,
      where(
        ({ isModule, machines }) => isModule && machines.length > 0 && !machines.includes(machine),
      ),
    ),
    ...findingAbout(
      'error',
      'no-debug-data',
      'files without debug data, because the module was stripped first',
      where((facts) => facts.isModule && hasNone(facts)),
    ),
    // For debug data of programs the finding is only a warning, because programs may be compiled without -g.
    ...findingAbout(
      'warning',
      'no-debug-data',
      'files without debug data',
      where((facts) => !facts.isModule && hasNone(facts)),
    ),
  ];
}

function verifyPlaces(debugFiles: readonly PackedDebugFile[]): Finding[] {
  const [elsewhere, without, wrong]: [string[], string[], string[]] = [[], [], []];
  for (const { path, facts } of debugFiles) {
    const place = BY_BUILD_ID.exec(path);
    if (place === null) elsewhere.push(path);
    else if (facts !== undefined && facts.buildId === undefined) without.push(path);
    else if (facts !== undefined && facts.buildId !== `${place[1]}${place[2]}`) wrong.push(path);
  }
  return [
    ...findingAbout('warning', ...NOT_BY_BUILD_ID, elsewhere),
    ...findingAbout(
      'error',
      'no-build-id',
      'files without a build id, although their path has one',
      without,
    ),
    ...findingAbout(
      'error',
      'wrong-build-id',
      'files whose build id differs from the one in the path',
      wrong,
    ),
  ];
}

/**
 * Checks the fields that dh_gencontrol writes. Archives need Auto-Built-Package; debuginfod and
 * find-dbgsym-packages need Build-Ids.
 */
function verifyFields({ fields, debugFiles }: PackageContents, level: Level): Finding[] {
  const findings: Finding[] = [];
  if (!isMarked(fields)) {
    const message =
      'the package has no field "Auto-Built-Package: debug-symbols", so archives do not treat the package as debug data';
    findings.push(warning('auto-built-package', message));
  }
  const listed = fields.get('Build-Ids')?.split(/\s+/).filter(Boolean);
  if (listed === undefined) {
    const message = 'the package has no field Build-Ids, so it cannot be found by a build id';
    return [...findings, warning('no-build-ids', message)];
  }
  const packed = debugFiles.flatMap(({ path }) => BY_BUILD_ID.exec(path)?.slice(1).join('') ?? []);
  const missing = packed.filter((id) => !listed.includes(id));
  const surplus = listed.filter((id) => !packed.includes(id));
  return [
    ...findings,
    ...findingAbout(level, 'build-ids', 'build ids missing in Build-Ids', missing),
    ...findingAbout(level, 'build-ids', 'build ids in Build-Ids without a file', surplus),
  ];
}

/** Checks that links below usr/lib/debug lead to files of the package. */
function verifyLinks({ entries }: PackageContents): Finding[] {
  const paths = new Set(entries.map(({ path }) => path));
  const dangling = entries.filter(({ type, path, target = '' }) => {
    if (type !== 'symlink' || !path.startsWith('usr/lib/debug/')) return false;
    return !paths.has(join('/', target.startsWith('/') ? '' : dirname(path), target).slice(1));
  });
  const shown = dangling.map(({ path }) => path);
  return findingAbout('warning', 'dangling-link', 'symbolic links to missing files', shown);
}

/**
 * Checks that the package depends on the exact version of the package to which its data belong. With debug data of
 * another build, debuggers show wrong lines and values.
 */
function verifyDependency({ fields, deb }: PackageContents, level: Level): Finding[] {
  const wanted = `${nameOf(fields).replace(/-dbgsym$/, '')} (= ${fields.get('Version')})`;
  try {
    const depends = parseRelations(fields.get('Depends') ?? '', { file: deb.path });
    if (depends.some((alternatives) => formatRelations([alternatives]) === wanted)) {
      return [ok('dbgsym-dependency', `the package depends on ${wanted}`)];
    }
  } catch (thrown) {
    if (!(thrown instanceof DkmsDebError)) throw thrown;
    return [error('relations', thrown.message)];
  }
  const message = `the package does not depend on ${wanted}, so the debug data may be of another build than the modules`;
  return [{ level, code: 'dbgsym-dependency', message }];
}

/**
 * Compares the build ids of the debug data with the build ids of the modules to which the data belong. Returns no
 * finding if the package of the modules is not in `beside`.
 */
function compareModules(
  { fields, debugFiles }: PackageContents,
  beside: readonly PackageContents[],
): Finding[] {
  const same = ['Version', 'Architecture'];
  const main = beside.find(
    (other) =>
      `${nameOf(other.fields)}-dbgsym` === nameOf(fields) &&
      same.every((field) => other.fields.get(field) === fields.get(field)),
  );
  if (main === undefined) return [];
  const ids = new Set(main.modules.map(({ facts }) => facts.elf?.buildId));
  const foreign = debugFiles.filter(({ facts }) => facts?.isModule && !ids.has(facts.buildId));
  const message = `debug data that belong to no module of ${nameOf(main.fields)}`;
  return findingAbout(
    'error',
    'foreign-debug-data',
    message,
    foreign.map(({ path }) => path),
  );
}

function nameOf(fields: PackageContents['fields']): string {
  return fields.get('Package') ?? '';
}

function isMarked(fields: PackageContents['fields']): boolean {
  return fields.get('Auto-Built-Package') === 'debug-symbols';
}
