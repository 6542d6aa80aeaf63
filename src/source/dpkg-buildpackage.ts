import { readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { emptySubmodules, fillSubmodules } from '../dkms/source/empty-submodules.ts';
import { DkmsDebError, InputError } from '../errors.ts';
import type { Reporter } from '../report/reporter.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import { cleanEnvironment } from '../system/process/clean-environment.ts';
import { explainNoRoom } from '../system/process/no-room.ts';
import { run } from '../system/process/run.ts';
import { passOnWarnings } from './tool-warnings.ts';

/** What is needed to run dpkg-buildpackage. */
export interface DpkgBuild {
  /** A private tree that has debian/. dpkg-buildpackage writes the packages into the directory above it. */
  readonly tree: string;
  /**
   * Which packages are built: `binary` for all binary packages, `all` for packages with Architecture: all. For `all`
   * only their build dependencies are needed.
   */
  readonly type: 'binary' | 'all';
  /** The value of SOURCE_DATE_EPOCH. By default it is the time in the changelog. */
  readonly timestamp?: number | undefined;
  /** The compression for dpkg-deb. By default dpkg-deb decides. */
  readonly compression?: { readonly type: string; readonly level?: number } | undefined;
  /** The program to run when debian/rules calls `dkms-deb`. */
  readonly own?: string | undefined;
  readonly reporter: Reporter;
}

/** The time limit in seconds. It is long, because a package may also compile tools. */
const TIMEOUT_SECONDS = 3600;
/** Variables of the caller that are passed on, because users may change a build with them (dpkg-buildpackage(1)). */
const PASSED_ON = ['DEB_BUILD_OPTIONS', 'DEB_BUILD_PROFILES'];

/**
 * Builds the binary packages of a private tree with dpkg-buildpackage. Returns the names of the files in debian/files,
 * without the .buildinfo. Throws InputError `build-dependencies` if packages are missing or conflict with the build,
 * and `dpkg-buildpackage`, with the end of the output, if the build fails or takes longer than TIMEOUT_SECONDS.
 */
export async function buildWithDpkg(build: DpkgBuild): Promise<string[]> {
  const { tree, type, own, compression, reporter, timestamp } = build;
  await refuseMissing(tree, type);
  const programs = join(dirname(tree), 'programs');
  await makeDirectory(programs);
  if (own !== undefined) await symlink(own, join(programs, 'dkms-deb'));
  const passed = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const env = {
    PATH: `${programs}:${cleanEnvironment().PATH}`,
    ...(timestamp === undefined ? {} : { SOURCE_DATE_EPOCH: String(timestamp) }),
    ...(compression === undefined ? {} : { DPKG_DEB_COMPRESSOR_TYPE: compression.type }),
    ...(compression?.level === undefined
      ? {}
      : { DPKG_DEB_COMPRESSOR_LEVEL: String(compression.level) }),
    ...Object.fromEntries(passed),
  };
  const logFile = join(dirname(tree), 'dpkg-buildpackage.log');
  try {
    // -d turns off the check of build dependencies. refuseMissing has already checked them; unlike dpkg-buildpackage it
    // accepts that dkms-deb is not installed.
    const args = [`--build=${type}`, '-us', '-uc', '-d'];
    const options = { cwd: tree, env, timeoutSeconds: TIMEOUT_SECONDS, logFile };
    const { output } = await run('dpkg-buildpackage', args, options);
    passOnWarnings(output, reporter);
  } catch (error) {
    const explained = explainNoRoom(error);
    if (!(explained instanceof DkmsDebError)) throw explained;
    if (!/^tool-(?:failed|timeout|output)$/.test(explained.code)) throw explained;
    const empty = emptySubmodules(tree);
    throw new InputError('dpkg-buildpackage', 'dpkg-buildpackage cannot build the package', {
      where: { file: join(tree, 'debian/rules') },
      output: await endOfLog(logFile, explained.output),
      hint:
        empty.length > 0
          ? fillSubmodules(tree, empty)
          : 'Run dpkg-buildpackage yourself in the tree: dpkg-buildpackage -b -us -uc',
      cause: error,
    });
  }
  const listed = await readFile(join(tree, 'debian/files'), 'utf8').catch(() => '');
  return listed
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => name !== '' && !name.endsWith('.buildinfo'));
}

/**
 * Returns the last 40 lines of the log, because the cause of a failure is above the last line. Returns `otherwise` if
 * the log is empty.
 */
async function endOfLog(logFile: string, otherwise: readonly string[]): Promise<string[]> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  const lines = text.trimEnd().split('\n');
  return text === '' ? [...otherwise] : lines.slice(-40);
}

/**
 * Throws InputError `build-dependencies` if build dependencies are not installed, or if installed packages conflict
 * with the build. A missing dkms-deb is ignored, because it need not be installed as a package.
 */
async function refuseMissing(tree: string, type: DpkgBuild['type']): Promise<void> {
  // The package build-essential is not required (-I), because most packages compile nothing.
  const args = type === 'all' ? ['-I', '-A'] : ['-I'];
  const checked = await run('dpkg-checkbuilddeps', args, { cwd: tree, accept: [0, 1] });
  if (checked.exitStatus === 0) return;
  const told = /[Uu]nmet build dependencies: (.*)/.exec(checked.output)?.[1];
  const conflicts = /[Bb]uild conflicts: (.*)/.exec(checked.output)?.[1];
  const missing = (told ?? '')
    .replace(/\s*\([^)]*\)/g, '')
    .split(/\s+(?!\|)(?<!\|\s)/)
    .filter((name) => name !== '' && name !== 'dkms-deb');
  if (told !== undefined && missing.length === 0 && conflicts === undefined) return;
  const why =
    conflicts === undefined
      ? 'cannot find out which build dependencies of debian/control are missing'
      : `installed packages conflict with the build: ${conflicts.trim()}`;
  const message =
    missing.length > 0
      ? `packages needed for the build are not installed: ${missing.join(', ')}`
      : why;
  throw new InputError('build-dependencies', message, {
    where: { file: join(tree, 'debian/control') },
    output: missing.length > 0 ? [] : checked.output.trim().split('\n'),
    hint:
      missing.length > 0
        ? `Install the packages: apt install ${missing.map((name) => name.split(/\s*\|/)[0]).join(' ')}`
        : 'See Build-Depends and Build-Conflicts of debian/control.',
  });
}
