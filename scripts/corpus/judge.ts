import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { machine } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { dkmsIdentity } from '../../test/support/driver.ts';
import { moduleFiles } from '../../test/support/module-files.ts';
import { realDkmsBuild } from '../../test/support/real-dkms-build.ts';
import type { Judgement, KernelBuild } from './driver-record.ts';
import { type DriverTree, PLACEHOLDER } from './driver-trees.ts';
import { type Attempt, failed, type Identity, SECONDS } from './judge-attempt.ts';
import { makeAttempts } from './judge-make.ts';
import { moduleDigests } from './module-digests.ts';

/** The most arrangements of a tree that are tried for each kernel. */
const ATTEMPTS = 4;

/** Returns what the real dkms builds from a tree; without a dkms.conf, what the tree's own make builds. */
export async function judge(
  tree: DriverTree,
  releases: readonly string[],
  identity: Identity,
  directory: string,
): Promise<Judgement> {
  const attempts = (tree.kind === 'none' ? makeAttempts : dkmsAttempts)(tree, identity);
  const first = attempts[0];
  let best: Judgement = { how: first?.how ?? 'nothing to try', kernels: {} };
  // The newest kernel comes first. The arrangement that works for this kernel is tried first for the other kernels.
  const kernels: Record<string, KernelBuild> = {};
  const builtBefore: Attempt[] = [];
  for (const release of [...releases].reverse()) {
    const order = [...new Set([...builtBefore, ...attempts.slice(0, ATTEMPTS)])];
    for (const attempt of order) {
      const build = await tryOnce(attempt, tree, release, join(directory, 'judge'));
      const known = kernels[release]?.reason.includes('error: ');
      if (!known || build.status !== 'failed') kernels[release] = build;
      if (build.status === 'failed') continue;
      best = { ...best, how: attempt.how };
      builtBefore.unshift(attempt);
      break;
    }
  }
  return { ...best, kernels };
}

async function tryOnce(
  attempt: Attempt,
  tree: DriverTree,
  release: string,
  scratch: string,
): Promise<KernelBuild> {
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  await chmod(scratch, 0o755);
  const copy = join(scratch, 'tree');
  await run('cp', ['-a', '--', tree.directory, copy], { timeoutSeconds: 300 });
  try {
    return await attempt.build(copy, release, scratch);
  } catch (error) {
    return { status: 'failed', reason: String(error).slice(0, 110), modules: {} };
  }
}

/**
 * Returns the arrangements for the first two files that may be a dkms.conf. In each arrangement, another directory
 * becomes /usr/src/NAME-VERSION: the directory of the file, the whole tree, or one of the first three folders with a
 * makefile.
 */
function dkmsAttempts(tree: DriverTree, identity: Identity): Attempt[] {
  return tree.confs.slice(0, 2).flatMap((conf) => {
    const beside = dirname(conf) === '.' || dirname(conf) === 'debian' ? '' : dirname(conf);
    const roots = [...new Set([beside, '', ...tree.makefiles.slice(0, 3)])];
    return roots.map((root) => ({
      how: `dkms, ${conf}${root === beside ? '' : ` in ${root || '.'}`}`,
      build: async (copy, release, scratch) => {
        const source = join(copy, root);
        const text = filledIn(await readFile(join(copy, conf), 'utf8'), identity);
        await writeFile(join(source, 'dkms.conf'), text);
        // dkms itself evaluates the file, because of lines such as PACKAGE_VERSION="$(./version.sh)" with a missing
        // script.
        const evaluated = await dkmsIdentity(source);
        const version = evaluated.version || identity.version;
        if (evaluated.version === '') {
          await writeFile(join(source, 'dkms.conf'), `${text}\nPACKAGE_VERSION="${version}"\n`);
        }
        const { name } = evaluated;
        await useMakefileForDkms(source);
        return dkmsBuild({ tree: source, name, version }, release, scratch);
      },
    }));
  });
}

async function dkmsBuild(
  driver: { tree: string } & Identity,
  release: string,
  scratch: string,
): Promise<KernelBuild> {
  const kernel = { release, machine: machine() };
  const real = await realDkmsBuild(scratch, driver, kernel, SECONDS);
  if (real.status === 77) return { status: 'excluded', reason: '', modules: {} };
  if (real.status !== 0) return failed(`${real.makeLog}\n${real.output}`);
  const files = await moduleFiles(join(scratch, 'dkms', driver.name, driver.version, release));
  const modules = await moduleDigests(files, join(scratch, 'module'));
  return { status: 'built', reason: '', modules };
}

/** Makes Makefile.dkms the Makefile, as the install target of several drivers does. */
async function useMakefileForDkms(source: string): Promise<void> {
  const own = await readFile(join(source, 'Makefile'), 'utf8').catch(() => '');
  if (/^\s*obj-m/m.test(own)) return;
  await copyFile(join(source, 'Makefile.dkms'), join(source, 'Makefile')).catch(() => undefined);
}

/** Returns what the real dkms builds from the package of the tree's own debian/. */
export async function judgePackaging(
  tree: DriverTree,
  deb: string | undefined,
  releases: readonly string[],
  directory: string,
): Promise<Judgement | undefined> {
  if (deb === undefined) return undefined;
  const kernels: Record<string, KernelBuild> = {};
  for (const release of releases) {
    const how = 'dpkg-buildpackage, dkms';
    const build: Attempt['build'] = async (_, __, scratch) => {
      const root = join(scratch, 'package');
      await run('dpkg-deb', ['-x', deb, root]);
      const names = await readdir(join(root, 'usr/src')).catch(() => []);
      const name = names.find((each) => existsSync(join(root, 'usr/src', each, 'dkms.conf')));
      if (name === undefined) return failed('error: no dkms.conf below /usr/src');
      const source = join(root, 'usr/src', name);
      return dkmsBuild({ tree: source, ...(await dkmsIdentity(source)) }, release, scratch);
    };
    kernels[release] = await tryOnce({ how, build }, tree, release, join(directory, 'judge'));
  }
  return { how: 'dpkg-buildpackage, dkms', kernels };
}

/** Fills in a template's placeholders, and a missing PACKAGE_NAME or PACKAGE_VERSION. */
export function filledIn(text: string, { name, version }: Identity): string {
  const filled = text.replace(PLACEHOLDER, (word) =>
    /NAME/i.test(word) ? name : /VER|REV|TAG/i.test(word) ? version : word,
  );
  const own = (directive: string) =>
    new RegExp(`^\\s*${directive}=["']?[^"'\\s]`, 'm').test(filled);
  return [
    filled,
    ...(own('PACKAGE_NAME') ? [] : [`PACKAGE_NAME="${name}"`]),
    ...(own('PACKAGE_VERSION') ? [] : [`PACKAGE_VERSION="${version}"`]),
    '',
  ].join('\n');
}

/** Returns a name and version for a tree until dkms-deb has found them: the name of the tree's directory, and 0.1. */
export function fallbackIdentity(tree: DriverTree): Identity {
  return { name: basename(tree.directory).replace(/^.*\+/, ''), version: '0.1' };
}

export async function copyTree(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}
