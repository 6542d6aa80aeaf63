import { cp, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { ONLY_DEBS } from './only-debs.ts';
import { DKMS_DEB, PROJECT } from './project.ts';

/** The contents of a .deb, as printed by dpkg-deb. */
export interface DebContents {
  readonly control: string;
  /** Names and contents of all files of control.tar except control. */
  readonly scripts: ReadonlyMap<string, string>;
  /** The output of `dpkg-deb -c`: type, mode, owner, size, time, path. */
  readonly listing: string;
  /** The sha256 of the uncompressed data.tar. */
  readonly dataDigest: string;
}

/**
 * Returns the control file with an Installed-Size without the maintainer scripts. Ours differs from
 * debhelper's, because our postinst also reports when DKMS built nothing.
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

/** Runs dpkg-buildpackage for a tree with bin/ in PATH. Returns the path of its only .deb. */
export async function buildPackage(tree: string, name: string): Promise<string> {
  await run('dpkg-buildpackage', ONLY_DEBS, {
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
 * Builds the same tree twice with dpkg-buildpackage: with dkms-deb and with debhelper. The files of
 * `debian`, if given, replace those of init.
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
    // The date of the changelog entry, which is the same for both and not newer than the files.
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
