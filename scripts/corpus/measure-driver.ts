import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ANY_STATUS, run } from '../../src/system/process/run.ts';
import { giveToNobody } from '../../test/support/real-dkms-build.ts';
import { type DriverRecord, type InitStep, optionOfHint, type Step } from './driver-record.ts';
import type { DriverTree } from './driver-trees.ts';
import { copyTree, judgePackaging } from './judge.ts';
import type { Identity } from './judge-attempt.ts';
import { dkmsPackage, measurePackaging, payloadDifferences } from './measure-packaging.ts';
import { type Product, stepOf, withoutJson } from './product.ts';

type Measured = Omit<DriverRecord, 'judgement' | 'commit' | 'date' | 'product'>;

/** The most options of init that are tried. Each comes from the hint of the error before. */
const MOST_OPTIONS = 3;

/**
 * Runs all commands for one tree: lint, bmdeb as cloned, init, both styles of build, verify, bmdeb after
 * init and from the package, and build with the tree's own debian/. bmdeb runs only for kernels for which
 * the real tools build something.
 */
export async function measure(
  product: Product,
  tree: DriverTree,
  releases: { readonly all: readonly string[]; readonly builds: readonly string[] },
  directory: string,
): Promise<Measured> {
  const home = join(directory, 'home');
  await mkdir(home, { recursive: true });
  const fresh = async (from: string, name: string) => {
    const to = join(home, name);
    await rm(to, { recursive: true, force: true });
    await copyTree(from, to);
    await giveToNobody(directory, [home]);
    return to;
  };
  const bmdeb = async (source: string, kernels: readonly string[]) =>
    kernels.length === 0 ? undefined : product.bmdeb(source, kernels, directory);
  const directoryName = basename(tree.directory).replace(/^.*\+/, '');
  const cloned = await fresh(tree.directory, directoryName);

  const linted = await product.ask('lint', ['--fail-on', 'never', cloned], directory);
  const findings: Record<string, number> = {};
  for (const { code } of (linted.json?.findings ?? []) as { code: string }[]) {
    findings[code] = (findings[code] ?? 0) + 1;
  }
  const isQuick = releases.all.length === 0;
  const own =
    tree.packaged && !isQuick
      ? await measurePackaging(
          product,
          await fresh(tree.directory, `own/${directoryName}`),
          await fresh(tree.directory, `theirs/${directoryName}`),
          directory,
        )
      : undefined;
  const packagingJudgement = own && (await judgePackaging(tree, own.deb, releases.all, directory));
  const wanted = releases.all.filter(
    (release) =>
      releases.builds.includes(release) || packagingJudgement?.kernels[release]?.status === 'built',
  );
  const asCloned = await bmdeb(cloned, wanted);

  const source = await fresh(tree.directory, `init/${directoryName}`);
  if (tree.packaged) await withoutPackaging(tree, source);
  const init = await initWithOptions(product, tree, source, directory);
  const measured = {
    name: tree.name,
    kind: tree.kind,
    packaged: tree.packaged,
    lint: { ...withoutJson(linted), findings },
    init,
    ...(own === undefined ? {} : { ownPackaging: own.record }),
    ...(packagingJudgement === undefined ? {} : { packagingJudgement }),
  };
  const tried = asCloned === undefined ? {} : { tree: asCloned };
  if (init.status !== 0) return { ...measured, bmdeb: tried };

  const debhelper = await fresh(source, `dh/${directoryName}`);
  const packages = join(home, 'packages');
  const built = await product.ask('build', ['-o', packages, source], directory);
  const deb = await dkmsPackage(packages);
  const dh = isQuick ? undefined : await buildWithDebhelper(product, debhelper, directory);
  const dhDeb = await dkmsPackage(join(home, 'dh'));
  const payload = deb && dhDeb ? await payloadDifferences(deb, dhDeb) : undefined;
  const verified = deb ? await product.ask('verify', [deb], directory) : undefined;
  const afterInit = await bmdeb(source, releases.builds);
  const fromPackage = deb ? await bmdeb(deb, releases.builds) : undefined;
  return {
    ...measured,
    build: withoutJson(built),
    ...(dh === undefined ? {} : { debhelper: dh }),
    ...(payload === undefined ? {} : { payload }),
    ...(verified === undefined ? {} : { verify: withoutJson(verified) }),
    bmdeb: {
      ...tried,
      ...(afterInit === undefined ? {} : { afterInit }),
      ...(fromPackage === undefined ? {} : { package: fromPackage }),
    },
  };
}

/** Runs init, and adds an option after each failure whose hint names one. */
async function initWithOptions(
  product: Product,
  tree: DriverTree,
  source: string,
  directory: string,
): Promise<InitStep> {
  const options: string[] = [];
  for (let round = 0; ; round++) {
    const { json, ...step } = await product.ask('init', [...options, source], directory);
    const strings = (part: string) => (json?.[part] ?? []) as string[];
    // There is no FIXME for the maintainer, because DEBEMAIL is set.
    const result = { ...step, options, fixmes: strings('unknown'), doubts: strings('doubts') };
    if (step.status === 0) return { ...result, identity: json?.dkms as Identity };
    const option = round < MOST_OPTIONS ? optionOfHint(step.error, tree.confs) : undefined;
    if (option === undefined || options.join(' ').includes(option.join(' '))) return result;
    options.push(...option);
  }
}

/** Removes debian/ from a copy of a tree. A dkms.conf that only debian/ has is kept. */
export async function withoutPackaging(tree: DriverTree, source: string): Promise<void> {
  const [conf] = tree.confs;
  if (conf?.startsWith('debian/')) {
    await run('cp', ['--', join(source, conf), join(source, 'dkms.conf')], { accept: ANY_STATUS });
    await run('sed', [
      '-i',
      `s/#MODULE_VERSION#/${await changelogVersion(source)}/`,
      join(source, 'dkms.conf'),
    ]);
  }
  await rm(join(source, 'debian'), { recursive: true, force: true });
  const own = [
    '-c',
    'user.name=corpus',
    '-c',
    'user.email=corpus@example.org',
    '-c',
    'safe.directory=*',
  ];
  await run('git', [...own, 'add', '-A'], { cwd: source, accept: ANY_STATUS });
  await run('git', [...own, 'commit', '-qm', 'Without packaging'], {
    cwd: source,
    accept: ANY_STATUS,
  });
  await run('chown', ['-R', '--reference', source, '--', source]);
}

/** Returns the version that dh_dkms would fill in. */
async function changelogVersion(source: string): Promise<string> {
  const { stdout } = await run(
    'dpkg-parsechangelog',
    ['-l', join(source, 'debian/changelog'), '-S', 'Version'],
    { accept: ANY_STATUS },
  );
  return (
    stdout
      .trim()
      .replace(/^\d+:/, '')
      .replace(/-[^-]*$/, '') || '0.1'
  );
}

/**
 * Runs init again with the other style, and builds with debhelper. The second init keeps what the first has derived.
 */
async function buildWithDebhelper(
  product: Product,
  tree: string,
  directory: string,
): Promise<Step> {
  const changed = await product.ask('init', ['--rules', 'dh', tree], directory);
  if (changed.status !== 0) return withoutJson(changed);
  const called = await product.call(['dpkg-buildpackage', '-d', '-us', '-uc', '-b'], directory, {
    cwd: tree,
  });
  return stepOf(called);
}
