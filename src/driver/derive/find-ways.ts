import { dirname, join } from 'node:path';
import { someNames } from '../../system/text/some-names.ts';
import { answerOfKbuild, type KbuildAnswer } from './ask-kbuild.ts';
import type { AskableTree } from './ask-own-make.ts';
import { combine } from './combine.ts';
import { type Makefile, ownMakefile, reachedFrom, rootsOf } from './find-makefiles.ts';
import { kbuildWays } from './kbuild-ways.ts';
import { ownWays, type Refusals } from './own-ways.ts';
import { type Settled, settle, type Trials } from './settle.ts';
import type { Way } from './way.ts';

export interface Search {
  readonly makefiles: readonly Makefile[];
  readonly tree: AskableTree;
  readonly trials: Trials;
}

/** The most folders whose makefiles are asked, the top included: a tree with more is not one driver. */
const MOST_ROOTS = 20;

interface Found {
  readonly settled: Settled | undefined;
  readonly refusals: readonly Refusals[];
}

/**
 * Finds out how to build a tree (searchWays). If there are more than MOST_ROOTS folders, or the time is over, some
 * folders are not asked for their modules. A warning names these folders; if there is no way to build, `refusals` does.
 */
export async function findWays(search: Search): Promise<Found> {
  const unasked: string[] = [];
  const { settled, refusals } = await searchWays(search, unasked);
  if (unasked.length === 0) return { settled, refusals };
  const names = someNames(unasked.map((folder) => (folder === '' ? 'the top' : `${folder}/`)));
  const words = `the makefiles of these folders were not asked for modules, because there are more than ${MOST_ROOTS} folders, the time was over, or a makefile did not end: ${names}`;
  if (settled === undefined) return { settled, refusals: [{ folder: '', words }, ...refusals] };
  return { settled: { ...settled, warnings: [...settled.warnings, words] }, refusals };
}

/**
 * Finds out how to build a tree. The makefile at the top is tried first. If this makefile names no modules, and a call
 * of it builds no modules, the folders whose makefiles name modules are built one after the other. Returns the chosen
 * way, undefined if there is none, and the errors of make in folders (`refusals`). Adds the folders whose makefiles
 * were not asked to `unasked`.
 */
async function searchWays(search: Search, unasked: string[]): Promise<Found> {
  const { makefiles, tree, trials } = search;
  const refusals: Refusals[] = [];
  const refused = ({ folder, words }: Refusals) => {
    const known = { folder, words: words.replaceAll(`${tree.copy}/`, '') };
    if (!refusals.some((other) => JSON.stringify(other) === JSON.stringify(known))) {
      refusals.push(known);
    }
  };
  const answers = new Map<string, KbuildAnswer>();
  for (const root of rootsOf(makefiles)) {
    if (answers.size >= MOST_ROOTS || !trials.budget.mayAsk()) {
      unasked.push(root);
      continue;
    }
    const answer = await answerOfKbuild(join(tree.copy, root), tree.kernel, trials.budget.left());
    answers.set(root, answer);
    if (answer.endless) trials.budget.stopAsking();
    if (answer.failure !== undefined) refused({ folder: root, words: answer.failure });
  }
  const folders = [...answers.keys()].filter((root) => root !== '');
  const settleAll = (ways: AsyncIterable<Way>) => settle(ways, trials);
  const options = { budget: trials.budget, refused };
  const own = (folder: string, whole: boolean) =>
    ownWays(folder, makefiles, tree, { ...options, whole });
  const kbuild = (folder: string, onlyWhole: boolean) =>
    kbuildWays(folder, answers.get(folder) ?? { modules: [], failure: undefined }, {
      asksUname: asksUname(makefiles, folder),
      onlyWhole,
    });

  const top = await moreOf(kbuild('', false), own('', false), makefiles, '');
  const [only, ...others] = folders;
  const topAnswer = answers.get('');
  if ((topAnswer?.modules.length ?? 0) > 0 || only === undefined || others.length === 0) {
    const single = others.length === 0 ? only : undefined;
    const settled = await settleAll(
      chain(
        top,
        ...(single === undefined || (topAnswer?.modules.length ?? 0) > 0
          ? []
          : [
              await moreOf(kbuild(single, false), own(single, false), makefiles, single),
              own(single, true),
              ...above(single).map((folder) => own(folder, true)),
            ]),
      ),
    );
    return { settled: settled && withLeftOut(settled, answers), refusals };
  }
  let wholeTree: Settled | undefined;
  const byTop = await first(top);
  if (byTop !== undefined) {
    const settled = await settleAll(chain([byTop], top));
    if (settled?.built || trials.kernels.length === 0) {
      return { settled: settled && withLeftOut(settled, answers), refusals };
    }
    wholeTree = settled;
  }
  const parts: { folder: string; settled: Settled | undefined }[] = [];
  for (const folder of folders) {
    const ways = await moreOf(kbuild(folder, true), own(folder, true), makefiles, folder);
    const outer = above(folder).map((parent) => own(parent, true));
    parts.push({ folder, settled: await settleAll(chain(ways, ...outer)) });
  }
  const combined = combine(parts, refusals);
  // If no way builds modules, the makefile at the top is chosen, because its author probably wrote it to be called.
  return { settled: combined?.built ? combined : (wholeTree ?? combined), refusals };
}

/**
 * Returns the ways to build, in the order in which they are tried. The ways that call kbuild directly come first,
 * because they need no variables. There is one exception: if a makefile of the driver turns on more modules
 * (`CONFIG_FOO=m` on the command line of make), the way that calls this makefile comes first.
 */
async function moreOf(
  kbuild: readonly Way[],
  own: AsyncGenerator<Way>,
  makefiles: readonly Makefile[],
  folder: string,
): Promise<AsyncGenerator<Way>> {
  const makefile = ownMakefile(makefiles, folder);
  const [alone] = kbuild;
  const turnsOn =
    makefile !== undefined &&
    reachedFrom(makefiles, makefile).some(({ text }) =>
      /\bCONFIG_\w+[ \t]*[:?+]?=[ \t]*["']?[my]\b/.test(text),
    );
  if (alone === undefined || !turnsOn) return chain(kbuild, own);
  const byOwn = await first(own);
  return byOwn !== undefined && byOwn.modules.length > alone.modules.length
    ? chain([byOwn], own, kbuild)
    : chain(kbuild, byOwn === undefined ? [] : [byOwn], own);
}

async function* chain<T>(...parts: (Iterable<T> | AsyncIterable<T>)[]): AsyncGenerator<T> {
  for (const part of parts) yield* part;
}

async function first<T>(items: AsyncGenerator<T>): Promise<T | undefined> {
  const { value, done } = await items.next();
  return done ? undefined : value;
}

function asksUname(makefiles: readonly Makefile[], folder: string): boolean {
  const inside = (path: string) =>
    folder === '' || dirname(path) === folder || path.startsWith(`${folder}/`);
  return makefiles.some(({ path, text }) => inside(path) && /\buname\b/.test(text));
}

/**
 * Returns the folders that contain a folder, the nearest first, without the top. Some drivers can only be built by
 * calling the makefile of one of these folders.
 */
function above(folder: string): string[] {
  const parent = dirname(folder);
  return parent === '.' || parent === '/' || parent === '' ? [] : [parent, ...above(parent)];
}

/** Adds a warning that lists the modules that makefiles name, but the chosen way does not build. */
function withLeftOut(settled: Settled, answers: ReadonlyMap<string, KbuildAnswer>): Settled {
  const made = new Set(settled.modules.map(({ name }) => name));
  const left = [...answers].flatMap(([folder, { modules }]) => {
    const names = modules.map(({ name }) => name).filter((name) => !made.has(name));
    return names.length === 0
      ? []
      : [
          `the makefile of ${folder === '' ? 'the top' : `${folder}/`} names more modules, which are left out: ${someNames(names)}`,
        ];
  });
  return { ...settled, warnings: [...settled.warnings, ...left] };
}
