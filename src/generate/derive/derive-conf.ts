import { dirname, join } from 'node:path';
import type { EvaluationContext } from '../../dkms/evaluation-context.ts';
import { ConfError, EXIT } from '../../errors.ts';
import { installedReleases, readHeaders } from '../../kernel/headers.ts';
import { renderTemplate } from '../../system/template.ts';
import type { SourceFile } from '../facts/sources.ts';
import { askKbuild, type NamedModule } from './ask-kbuild.ts';
import { tryBuild } from './trial-build.ts';
import { type Trial, trialsOf } from './trials.ts';

/** What stands for a dkms.conf that the tree does not have. */
export interface DerivedBuild {
  /** What DKMS is to have as the source: '' or such as `src`. */
  readonly sourceRoot: string;
  readonly modules: readonly NamedModule[];
  /** MAKE of dkms.conf; undefined: DKMS's own command does. */
  readonly make: string | undefined;
  /** How it was found, for a person. */
  readonly from: string;
  /** What kbuild answered, to see later whether the tree still says the same. */
  readonly asked: readonly string[];
}

/**
 * Finds out how a tree without dkms.conf is built, by asking kbuild and, where headers are
 * installed, by building a copy: first as DKMS does by itself, then by the driver's own make with
 * its variables for the kernel. Without headers `stub` is asked for.
 * `remembered` is an earlier result, which stands while kbuild's answer
 * is the same. ConfError `no-conf` (4).
 */
export async function deriveBuild(
  directory: string,
  sources: readonly SourceFile[],
  stub: EvaluationContext['kernel'],
  remembered: DerivedBuild | undefined,
): Promise<DerivedBuild> {
  const kernel = await kernelToAsk(stub);
  const answers = new Map<string, NamedModule[]>();
  for (const root of rootsOf(sources)) {
    const modules = await askKbuild(join(directory, root), kernel);
    if (modules.length > 0) answers.set(root, modules);
    // What lies below a folder that answered is its business.
    if (modules.length > 0 && root === '') break;
  }
  const asked = [...answers].flatMap(([root, modules]) =>
    modules.map(({ folder, name }) => join(root, folder, name)),
  );
  if (remembered !== undefined && remembered.asked.join() === asked.join()) return remembered;
  const trials = trialsOf(answers, sources);
  for (const target of await kernelsToTry()) {
    for (const trial of trials) {
      const built = await tryBuild(join(directory, trial.sourceRoot), trial.command, target);
      const modules = built.filter(({ name }) => !name.includes(target.release));
      if (modules.length > 0) return { ...resultOf(trial, modules), from: trial.from, asked };
    }
  }
  const [first] = trials;
  if (first?.modules !== undefined && first.modules.length > 0) {
    return { ...resultOf(first, first.modules), from: first.from, asked };
  }
  throw new ConfError(
    'no-conf',
    "there is no dkms.conf, and neither kbuild nor the tree's own make tells which modules it builds",
    {
      where: { file: directory },
      hint: 'Write a dkms.conf (dkms(8), "DKMS.CONF"), name one with --conf FILE, or name the folder of the driver.',
    },
    EXIT.confMissing,
  );
}

/** The text of dkms.conf for what was derived. */
export function derivedConfText(name: string, version: string, derived: DerivedBuild): string {
  return renderTemplate('debian/dkms-conf', {
    from: derived.from,
    name,
    version,
    make: derived.make ?? '',
    modules: derived.modules.map((module, index) => ({
      index,
      name: module.name,
      location: module.folder === '' ? '' : `${module.folder}/`,
    })),
  });
}

/** The newest kernel with headers, since only its configuration is a real one; else `stub`. */
async function kernelToAsk(
  stub: EvaluationContext['kernel'],
): Promise<EvaluationContext['kernel']> {
  const newest = (await installedReleases()).at(-1);
  return newest === undefined ? stub : readHeaders(newest);
}

/** A driver that is too old for the newest kernel may still build for the oldest. */
async function kernelsToTry(): Promise<EvaluationContext['kernel'][]> {
  const releases = await installedReleases();
  const ends = new Set([releases.at(-1), releases[0]].filter((release) => release !== undefined));
  return Promise.all([...ends].map((release) => readHeaders(release)));
}

function resultOf(trial: Trial, modules: readonly NamedModule[]) {
  return { sourceRoot: trial.sourceRoot, modules, make: trial.make };
}

/** The top, then the shallowest folders whose makefile speaks kbuild. */
function rootsOf(sources: readonly SourceFile[]): string[] {
  const speaking = sources
    .filter(({ path, text }) => /(?:^|\/)(?:Kbuild|Makefile)$/.test(path) && /\bobj-/.test(text))
    .map(({ path }) => dirname(path))
    .map((folder) => (folder === '.' ? '' : folder))
    .filter((folder) => !/(?:^|\/)(?:tests?|examples?|samples?)(?:\/|$)/.test(folder));
  const folders = [...new Set(speaking)];
  const top = folders.filter(
    (folder) => !folders.some((other) => other !== '' && folder.startsWith(`${other}/`)),
  );
  return [...new Set(['', ...top])].slice(0, 20);
}
