import { cp, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { DKMS_DEB, PROJECT } from './project.ts';

/** A .deb in the words of dpkg-deb. */
export interface DebContents {
  readonly control: string;
  /** Names and contents of all members of control.tar but control. */
  readonly scripts: ReadonlyMap<string, string>;
  /** `dpkg-deb -c`: type, mode, owner, size, time, path. */
  readonly listing: string;
  /** sha256 of the uncompressed data.tar: names, modes, times, contents. */
  readonly dataDigest: string;
}

/**
 * The control file with the Installed-Size of the files alone: scripts count for it, too, and our postinst is
 * longer than debhelper's, as it says plainly where DKMS has built nothing.
 */
export function withoutScriptSize({ control, scripts }: DebContents): string {
  const texts = [...scripts].filter(([name]) => /^(?:pre|post)(?:inst|rm)$/.test(name));
  const kibibytes = texts.map(([, text]) => Math.ceil(Buffer.byteLength(text) / 1024));
  const size = kibibytes.reduce((sum, one) => sum + one, 0);
  return control.replace(/(?<=^Installed-Size: )\d+/m, (said) => String(Number(said) - size));
}

const PERSON = { DEBFULLNAME: 'Twin Test', DEBEMAIL: 'twin@example.org' };

/** Runs bin/dkms-deb with a clean environment. */
export async function callCommand(
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
) {
  return run(DKMS_DEB, args, { cwd, env: { ...PERSON, ...env } });
}

/** `dpkg-buildpackage -b` of a tree with bin/ in the PATH; returns the path of its one .deb. */
export async function buildPackage(tree: string, name: string): Promise<string> {
  await run('dpkg-buildpackage', ['-us', '-uc', '-b', '-d'], {
    cwd: tree,
    env: { ...PERSON, PATH: `${join(PROJECT, 'bin')}:${process.env.PATH}` },
    timeoutSeconds: 200,
  });
  const listed = await run('sh', ['-c', 'ls ../*.deb'], { cwd: tree });
  const built = join(tree, listed.stdout.trim());
  const target = join(tree, '..', name);
  await rename(built, target);
  return target;
}

/**
 * Builds the same tree twice with dpkg-buildpackage, by dkms-deb and by debhelper. `debian`, if given,
 * is laid over what init writes.
 */
export async function buildTwins(
  source: string,
  parent: string,
  debian?: string,
): Promise<{ ours: DebContents; debhelpers: DebContents }> {
  const twins: DebContents[] = [];
  for (const style of ['dkms-deb', 'dh']) {
    const tree = join(parent, style, 'tree');
    await mkdir(join(parent, style), { recursive: true });
    await cp(source, tree, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    // The date is the entry's: the same for both, and older than nothing in the tree.
    await callCommand(['init', '--rules', style], tree, { SOURCE_DATE_EPOCH: '1795000000' });
    if (debian !== undefined) {
      await cp(debian, join(tree, 'debian'), { recursive: true, preserveTimestamps: true });
    }
    twins.push(await readContents(await buildPackage(tree, `${style}.deb`)));
  }
  const [ours, debhelpers] = twins;
  if (ours === undefined || debhelpers === undefined) throw new Error('two builds expected');
  return { ours, debhelpers };
}

export async function readContents(deb: string): Promise<DebContents> {
  const scripts = new Map<string, string>();
  const members = await run('sh', ['-c', 'dpkg-deb --ctrl-tarfile "$1" | tar -t', 'sh', deb]);
  for (const member of members.stdout.split('\n')) {
    const name = member.replace(/^\.\//, '');
    if (name === '' || name === 'control') continue;
    scripts.set(name, (await run('dpkg-deb', ['-I', deb, name])).stdout);
  }
  const digest = await run('sh', ['-c', 'dpkg-deb --fsys-tarfile "$1" | sha256sum', 'sh', deb]);
  return {
    control: (await run('dpkg-deb', ['-I', deb, 'control'])).stdout,
    scripts,
    listing: (await run('dpkg-deb', ['-c', deb])).stdout,
    dataDigest: digest.stdout,
  };
}
