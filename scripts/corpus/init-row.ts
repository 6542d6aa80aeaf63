import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { giveToNobody } from '../../test/support/real-dkms-build.ts';
import { dkmsBuild, sourceOfPackage } from './dkms-of-package.ts';
import { firstError } from './driver-record.ts';
import { PLACEHOLDER } from './driver-trees.ts';
import type { Product } from './product.ts';

/** The results of init, both styles of build, lintian and dkms for one driver. */
export interface InitRow {
  readonly title: string;
  /** `yes`, `2 FIXME`, or `asks` if init failed. */
  readonly init: string;
  /**
   * Whether dpkg-buildpackage succeeded with --rules dkms-deb and --rules dh: `yes`, `no`, or `-` if it did not run.
   */
  readonly ours: string;
  readonly dh: string;
  /** Errors and warnings of lintian, or `clean`; `-` if there was no upload. */
  readonly lintian: string;
  /** The number of modules that dkms built, or why it built none. */
  readonly dkms: string;
  readonly reason: string;
}

/** bookworm's lintian knows Policy 4.6.2, but the written files follow trixie's. */
const SUPPRESSED = 'newer-standards-version';

/**
 * Measures one driver from a tree without debian/. `directory` is a new directory, `log` the beginning
 * of the logs' paths.
 */
export async function measureInit(
  product: Product,
  driver: { title: string; tree: string; options: readonly string[]; release: string },
  directory: string,
  log: string,
): Promise<InitRow> {
  const { title, tree, options, release } = driver;
  const home = join(directory, 'home');
  const [ours, dh] = [join(home, 'dkms-deb/tree'), join(home, 'dh/tree')];
  await copy(tree, ours);
  await giveToNobody(directory, [home]);
  const call = (program: readonly string[], cwd = directory) =>
    product.call(program, directory, { cwd, timeoutSeconds: 1800 });
  const written = await call(['dkms-deb', 'init', '--rules', 'dkms-deb', ...options, ours]);
  await writeFile(`${log}.init`, written.output);
  if (written.status !== 0) {
    const [, message = ''] = /^dkms-deb: error: (?:\S*: )?(.*)$/m.exec(written.stderr) ?? [];
    const none = { ours: '-', dh: '-', lintian: '-', dkms: '-' };
    return { title, init: 'asks', ...none, reason: message.slice(0, 160) };
  }
  const fixmes = written.output.match(/^(?:warning: )?FIXME/gm)?.length ?? 0;
  // The second run of init needs no other options, because it keeps what the first run has derived.
  await copy(ours, dh);
  await giveToNobody(directory, [join(home, 'dh')]);
  await call(['dkms-deb', 'init', '--rules', 'dh', dh]);
  const build = ['dpkg-buildpackage', '-d', '-us', '-uc'];
  const [built, builtByDh] = [await call([...build, '-b'], ours), await call(build, dh)];
  await writeFile(`${log}.dkms-deb`, built.output);
  await writeFile(`${log}.dh`, builtByDh.output);
  const failed = [built, builtByDh].filter(({ status }) => status !== 0);
  const result = await dkmsOf(driver, join(home, 'dkms-deb'), { directory, log, release });
  return {
    title,
    init: fixmes === 0 ? 'yes' : `${fixmes} FIXME`,
    ours: built.status === 0 ? 'yes' : 'no',
    dh: builtByDh.status === 0 ? 'yes' : 'no',
    lintian: await lintian(call, home, log),
    dkms: result.dkms,
    reason: result.reason || firstError(failed.map(({ output }) => output).join('\n')),
  };
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(join(to, '..'), { recursive: true });
  await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

/** Returns the errors and warnings of lintian for both uploads: `E: tag ×2, W: tag`. */
async function lintian(
  call: (program: readonly string[]) => Promise<{ output: string }>,
  home: string,
  log: string,
): Promise<string> {
  const changes: string[] = [];
  for (const style of ['dkms-deb', 'dh']) {
    const names = (await readdir(join(home, style))).filter((name) => name.endsWith('.changes'));
    changes.push(...names.map((name) => join(home, style, name)));
  }
  if (changes.length === 0) return '-';
  const options = ['--allow-root', '--suppress-tags', SUPPRESSED, '--tag-display-limit', '0'];
  const { output } = await call(['lintian', ...options, ...changes]);
  await writeFile(`${log}.lintian`, output);
  const counts = new Map<string, number>();
  for (const [, level, tag] of output.matchAll(/^([EW]): \S+(?: source)?: (\S+)/gm)) {
    const name = `${level}: ${tag}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const tags = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return tags.map(([tag, n]) => (n > 1 ? `${tag} ×${n}` : tag)).join(', ') || 'clean';
}

/** Runs dkms on the source in the built package. If it fails, also on the driver's whole tree. */
async function dkmsOf(
  { tree }: { tree: string },
  output: string,
  about: { directory: string; log: string; release: string },
): Promise<{ dkms: string; reason: string }> {
  const { directory, log, release } = about;
  const deb = (await readdir(output)).find((name) => name.endsWith('.deb'));
  if (deb === undefined) return { dkms: '-', reason: '' };
  const source = await sourceOfPackage(join(output, deb), join(directory, 'root'));
  const packed = await dkmsBuild(directory, source, release, `${log}.build`);
  if (packed.outcome === 'built') return { dkms: String(packed.modules), reason: '' };
  if (packed.outcome === 'excluded') return { dkms: 'excluded', reason: '' };
  const own = join(directory, 'own');
  await copy(tree, own);
  const conf = await readFile(join(own, 'dkms.conf'), 'utf8').catch(() => undefined);
  if (conf === undefined || conf.search(PLACEHOLDER) >= 0) {
    await cp(join(source.tree, 'dkms.conf'), join(own, 'dkms.conf'));
  }
  const whole = await dkmsBuild(directory, { ...source, tree: own }, release, `${log}.original`);
  await rm(own, { recursive: true, force: true });
  const dkms =
    whole.outcome === 'fails'
      ? 'fails, so does its own tree'
      : `FAILS (its own tree: ${whole.outcome === 'built' ? whole.modules : whole.outcome})`;
  return { dkms, reason: packed.reason };
}
