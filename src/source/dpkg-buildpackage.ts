import { readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { emptySubmodules, fillSubmodules } from '../dkms/source/empty-submodules.ts';
import { DkmsDebError, InputError } from '../errors.ts';
import type { Reporter } from '../report/reporter.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import { explainNoRoom } from '../system/process/no-room.ts';
import { cleanEnvironment, run } from '../system/process/run.ts';
import { tellWarnings } from './tool-warnings.ts';

export interface DpkgBuild {
  /** A private tree with debian/; the packages go into the directory that it lies in. */
  readonly tree: string;
  /** `all`: only packages of Architecture: all, and only what they need. */
  readonly type: 'binary' | 'all';
  /** SOURCE_DATE_EPOCH; undefined: that of the changelog. */
  readonly timestamp?: number | undefined;
  /** What dpkg-deb is to compress with, where that was asked for. */
  readonly compression?: { readonly type: string; readonly level?: number } | undefined;
  /** The program that debian/rules finds as `dkms-deb`. */
  readonly own?: string | undefined;
  readonly reporter: Reporter;
}

/** An hour: a package may compile tools, too. */
const TIMEOUT_SECONDS = 3600;
/** Of the caller's environment what Policy 4.9.1 lets people say of a build. */
const PASSED_ON = ['DEB_BUILD_OPTIONS', 'DEB_BUILD_PROFILES'];

/**
 * Lets dpkg-buildpackage make the binary packages of a private tree; returns their names out of debian/files.
 * InputError `build-dependencies` names what is not installed, `dpkg-buildpackage` has its last words.
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
    // -d: refuseMissing has looked, and knows that dkms-deb itself is here.
    const args = [`--build=${type}`, '-us', '-uc', '-d'];
    const options = { cwd: tree, env, timeoutSeconds: TIMEOUT_SECONDS, logFile };
    const { output } = await run('dpkg-buildpackage', args, options);
    tellWarnings(output, reporter);
  } catch (error) {
    const explained = explainNoRoom(error);
    if (!(explained instanceof DkmsDebError)) throw explained;
    if (!/^tool-(?:failed|timeout|output)$/.test(explained.code)) throw explained;
    const empty = emptySubmodules(tree);
    throw new InputError('dpkg-buildpackage', 'dpkg-buildpackage cannot build the package', {
      where: { file: join(tree, 'debian/rules') },
      output: await lastWords(logFile, explained.output),
      hint:
        empty.length > 0
          ? fillSubmodules(empty)
          : 'Try it by itself: dpkg-buildpackage -b -us -uc.',
      cause: error,
    });
  }
  const listed = await readFile(join(tree, 'debian/files'), 'utf8').catch(() => '');
  return listed
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => name !== '' && !name.endsWith('.buildinfo'));
}

/** A build that fails says why further up than its last line. */
async function lastWords(logFile: string, otherwise: readonly string[]): Promise<string[]> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  const lines = text.trimEnd().split('\n');
  return text === '' ? [...otherwise] : lines.slice(-40);
}

/** InputError `build-dependencies`; dkms-deb itself is no matter for apt. */
async function refuseMissing(tree: string, type: DpkgBuild['type']): Promise<void> {
  // -I: the compiler of build-essential is asked for only where something is compiled.
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
  const message =
    missing.length > 0
      ? `not installed, and needed to build the package: ${missing.join(', ')}`
      : 'the packages that debian/control asks for cannot be told';
  throw new InputError('build-dependencies', message, {
    where: { file: join(tree, 'debian/control') },
    output: missing.length > 0 ? [] : checked.output.trim().split('\n'),
    hint:
      missing.length > 0
        ? `Install what is missing: apt install ${missing.map((name) => name.split(/\s*\|/)[0]).join(' ')}`
        : 'See Build-Depends and Build-Conflicts of debian/control.',
  });
}
