import { dirname, join } from 'node:path';
import { formatRelations, parseRelations } from '../../debian/relations.ts';
import { DkmsDebError } from '../../errors.ts';
import { machineOf } from '../../kernel/architecture.ts';
import type { DebugFacts } from '../../module/format/debug-facts.ts';
import { enumerate, type Finding } from '../../module/verify/finding.ts';
import type { PackageContents, PackedDebugFile } from './verify-contents.ts';
import { KERNEL_PACKAGE } from './verify-modules-package.ts';

type Level = Finding['level'];

const BY_BUILD_ID = /^usr\/lib\/debug\/\.build-id\/([0-9a-f]{2})\/([0-9a-f]+)\.debug$/;

const NOT_BY_BUILD_ID = [
  'debug-file-place',
  'debuggers search by build id in /usr/lib/debug/.build-id, not',
] as const;

/** Whether a package says that it has detached debug data: by its name, or as debhelper marks it. */
export function isDbgsymPackage({ fields }: PackageContents): boolean {
  return nameOf(fields).endsWith('-dbgsym') || isMarked(fields);
}

/**
 * A package with the debug data of another (dh_strip, dh_gencontrol; reference: prebuilt modules
 * B.8.2): debuggers find each file by its build id, and it is of exactly what is installed. Where the
 * other package is in `beside`, its modules are compared, too. What is an error for modules may be
 * meant in other people's packages of programs, and only a warning.
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
    findings.push(finding('ok', 'debug-files', message));
  }
  return [...findings, ...verifyDependency(contents, level)];
}

/** Ubuntu's linux-image-…-dbgsym has whole modules, other old ones are laid out by path. */
function verifyOtherFiles({ entries, fields }: PackageContents): Finding[] {
  const paths = entries
    .filter(({ type, path }) => type === 'file' && path.startsWith('usr/lib/debug/'))
    .map(({ path }) => path);
  if (paths.length === 0) {
    return [finding('error', 'no-debug-files', 'it has no debug data in /usr/lib/debug')];
  }
  if (!KERNEL_PACKAGE.test(nameOf(fields))) return about('warning', ...NOT_BY_BUILD_ID, paths);
  return [finding('unchecked', 'debug-files', "debug data of a kernel's own package")];
}

function verifyFiles({ debugFiles, fields }: PackageContents): Finding[] {
  const machine = machineOf(fields.get('Architecture') ?? '');
  const where = (wanted: (facts: DebugFacts) => boolean) =>
    debugFiles.flatMap(({ path, facts }) => (facts && wanted(facts) ? [path] : []));
  const hasNone = ({ debugData }: DebugFacts) => debugData !== 'dwarf';
  return [
    ...debugFiles.flatMap(({ path, problem }) =>
      problem === undefined ? [] : [finding('error', 'no-debug-file', `${path}: ${problem}`)],
    ),
    ...about(
      'unchecked',
      'debug-files',
      'too large',
      debugFiles.flatMap(({ path, facts, problem }) => (facts || problem ? [] : [path])),
    ),
    // Packages of programs have those of other machines, as gcc's 32-bit libraries for amd64.
    ...about(
      'error',
      'wrong-machine',
      `debug data of modules that are not for ${machine}`,
      where(
        ({ isModule, machines }) => isModule && machines.length > 0 && !machines.includes(machine),
      ),
    ),
    ...about(
      'error',
      'no-debug-data',
      'no debug data, the module was stripped before',
      where((facts) => facts.isModule && hasNone(facts)),
    ),
    // Compiled without -g, or by a compiler that writes none.
    ...about(
      'warning',
      'no-debug-data',
      'no debug data',
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
    ...about('warning', ...NOT_BY_BUILD_ID, elsewhere),
    ...about('error', 'no-build-id', 'without the build id that the path promises', without),
    ...about('error', 'wrong-build-id', 'of another build id than the path promises', wrong),
  ];
}

/** What dh_gencontrol adds: archives sort by the mark, debuginfod and find-dbgsym-packages by the ids. */
function verifyFields({ fields, debugFiles }: PackageContents, level: Level): Finding[] {
  const findings: Finding[] = [];
  if (!isMarked(fields)) {
    const message =
      'no "Auto-Built-Package: debug-symbols": archives take it for any other package';
    findings.push(finding('warning', 'auto-built-package', message));
  }
  const listed = fields.get('Build-Ids')?.split(/\s+/).filter(Boolean);
  if (listed === undefined) {
    const message = 'no Build-Ids: whoever has a build id cannot find the package';
    return [...findings, finding('warning', 'no-build-ids', message)];
  }
  const packed = debugFiles.flatMap(({ path }) => BY_BUILD_ID.exec(path)?.slice(1).join('') ?? []);
  const missing = packed.filter((id) => !listed.includes(id));
  const surplus = listed.filter((id) => !packed.includes(id));
  return [
    ...findings,
    ...about(level, 'build-ids', 'Build-Ids does not have', missing),
    ...about(level, 'build-ids', 'Build-Ids names what is not in it', surplus),
  ];
}

/** Below usr/lib/debug they lead to the data of the same package. */
function verifyLinks({ entries }: PackageContents): Finding[] {
  const paths = new Set(entries.map(({ path }) => path));
  const dangling = entries.filter(({ type, path, target = '' }) => {
    if (type !== 'symlink' || !path.startsWith('usr/lib/debug/')) return false;
    return !paths.has(join('/', target.startsWith('/') ? '' : dirname(path), target).slice(1));
  });
  const shown = dangling.map(({ path }) => path);
  return about('warning', 'dangling-link', 'links that lead nowhere', shown);
}

/** Debug data of another build is worse than none: lines and values that are not so. */
function verifyDependency({ fields, deb }: PackageContents, level: Level): Finding[] {
  const wanted = `${nameOf(fields).replace(/-dbgsym$/, '')} (= ${fields.get('Version')})`;
  try {
    const depends = parseRelations(fields.get('Depends') ?? '', { file: deb.path });
    if (depends.some((alternatives) => formatRelations([alternatives]) === wanted)) {
      return [finding('ok', 'dbgsym-dependency', `depends on ${wanted}`)];
    }
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    return [finding('error', 'relations', error.message)];
  }
  const message = `it does not depend on ${wanted}: its data may be of another build than the modules`;
  return [finding(level, 'dbgsym-dependency', message)];
}

/** The build ids against those of the modules themselves. */
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
  const message = `debug data of no module in ${nameOf(main.fields)}`;
  return about(
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

/** One finding about all of `items`; none where there are none. */
function about(level: Level, code: string, message: string, items: readonly string[]): Finding[] {
  return items.length === 0 ? [] : [finding(level, code, `${message}: ${enumerate(items)}`)];
}

function finding(level: Level, code: string, message: string): Finding {
  return { level, code, message };
}
