import { join, posix } from 'node:path';
import { MAKE_NAMES } from '../../dkms/source/makefile-name.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import type { Reason, Rules } from './known-rules.ts';

/**
 * Files at the top of a tree by which dh_auto_configure, _build and _install detect a build system
 * (Debian::Debhelper::Dh_Buildsystems).
 */
const BUILD_SYSTEM =
  /^(?:configure|GNUmakefile|[Mm]akefile|Build\.PL|Makefile\.PL|setup\.py|CMakeLists\.txt|build\.xml|meson\.build|build\.ninja|.*\.pro)$/;
const BUILD_STEPS = ['dh_auto_configure', 'dh_auto_build', 'dh_auto_test', 'dh_auto_install'];

/**
 * Returns why steps of dh may change the packed files: dh builds and installs a tree that has a makefile, and replaces
 * files of autoconf. Returns undefined if no step changes the files, or if dh does not build the package.
 */
export async function treeSteps(
  directory: string,
  debian: string,
  entries: readonly SourceEntry[],
  rules: Rules,
): Promise<Reason | undefined> {
  if (rules.style !== 'dh') return undefined;
  const { skipped } = rules;
  const where = { file: join(debian, 'rules') };
  const files = entries.filter(({ type }) => type !== 'directory').map(({ path }) => path);
  const builds = files.find((path) => BUILD_SYSTEM.test(path));
  if (builds !== undefined) {
    const idle = await idleFor(directory, builds);
    const step = BUILD_STEPS.find((name) => !skipped.has(name) && !idle.has(name));
    if (step !== undefined) return { where, why: `${step} would run the tree's ${builds}` };
  }
  const autotools = files.find((path) => /^config\.(?:guess|sub)$/.test(posix.basename(path)));
  if (autotools !== undefined && !skipped.has('dh_update_autotools_config')) {
    return { where, why: `dh_update_autotools_config would replace ${autotools}` };
  }
  const configure = files.find((path) => /^configure\.(?:ac|in)$/.test(path));
  if (configure !== undefined && !skipped.has('dh_autoreconf')) {
    return { where, why: `dh_autoreconf would make files from ${configure}` };
  }
  return undefined;
}

/**
 * Returns the steps of dh that do nothing for a makefile, because the makefile lacks the targets that these steps call
 * (Buildsystem::makefile). If the makefile includes others, only dh_auto_configure certainly does nothing. Returns no
 * step if `builds` is not a makefile.
 */
async function idleFor(directory: string, builds: string): Promise<ReadonlySet<string>> {
  if (!MAKE_NAMES.includes(builds)) return new Set();
  const text = await readTreeText(join(directory, builds), 'latin1').catch(() => undefined);
  if (text === undefined || /^[ \t]*-?(?:s?include)\s/m.test(text)) {
    return new Set(['dh_auto_configure']);
  }
  const has = (...targets: string[]) =>
    targets.some((target) => new RegExp(`^[^\\t:=]*\\b${target}\\b[^:=]*:(?!=)`, 'm').test(text));
  return new Set([
    'dh_auto_configure',
    ...(has('test', 'check') ? [] : ['dh_auto_test']),
    ...(has('install') ? [] : ['dh_auto_install']),
  ]);
}
