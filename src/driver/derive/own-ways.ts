import type { AskableTree } from './ask-own-make.ts';
import { askVariables } from './ask-variables.ts';
import type { Budget } from './budget.ts';
import { type Makefile, ownMakefile, reachedFrom } from './find-makefiles.ts';
import { type KernelVariable, kernelVariables } from './kernel-variables.ts';
import { BUILD, OTHER_UNAME, type Way } from './way.ts';

/** After this number of seconds, make is not asked again for the modules of a folder. */
const MOST_SECONDS = 40;

/** A folder about whose modules make was asked and failed. `words` is make's error. Another way may build it. */
export interface Refusals {
  readonly folder: string;
  readonly words: string;
}

/**
 * Yields the ways to build a folder by calling make in it: with variables for the kernel on the command line, or with a
 * replacement of `uname`. For each way, make was run without compiling, and make named modules. With `whole` the source
 * is the whole tree, for a folder that needs files outside of it.
 */
export async function* ownWays(
  folder: string,
  makefiles: readonly Makefile[],
  tree: AskableTree,
  options: { whole: boolean; budget: Budget; refused: (refusal: Refusals) => void },
): AsyncGenerator<Way> {
  const makefile = ownMakefile(makefiles, folder);
  if (makefile === undefined) return;
  const reached = reachedFrom(makefiles, makefile);
  // If a makefile tests KERNELRELEASE, the command begins with `'make'` in quotes. DKMS adds KERNELRELEASE=… to a
  // command that begins with `make`, and the makefile would take that for a call by kbuild.
  const guarded = reached.some(({ text }) => /\bKERNELRELEASE\b/.test(text));
  const sourceRoot = options.whole ? '' : folder;
  const change = options.whole && folder !== '' ? ` -C ${BUILD}/${folder}` : '';
  const program = guarded ? "'make' -j$(nproc)" : 'make';
  const told = kernelVariables(reached);
  // make is run to find further variables only if the variables in the text do not suffice.
  let asked: Promise<KernelVariable[]> | undefined;
  const sets = async function* () {
    yield* setsOf(told);
    if (!options.budget.mayAsk()) return;
    asked ??= askVariables(makefile, tree, options.budget.left());
    const names = new Set(told.map(({ name }) => name));
    const more = (await asked).filter(({ name }) => !names.has(name));
    if (more.length > 0) yield* setsOf([...told, ...more]);
  };
  const patience = performance.now() + MOST_SECONDS * 1000;
  let first: string | undefined;
  for (const target of targetsOf(makefile)) {
    const rest = target === '' ? '' : ` ${target}`;
    const ask = async (make: string) => {
      if (!options.budget.mayAsk() || performance.now() > patience) return undefined;
      const answer = await tree.ask(make, { sourceRoot, seconds: options.budget.left() });
      if (answer.endless) options.budget.stopAsking();
      if (answer.modules.length === 0) first ??= answer.failure;
      return answer.modules.length === 0 || answer.installs ? undefined : answer.modules;
    };
    let found = false;
    for await (const set of sets()) {
      const words = set.map(({ name, value }) => ` ${name}=${value}`).join('');
      const make = `${program}${change}${words}${rest}`;
      const modules = await ask(make);
      if (modules === undefined) continue;
      const known = set.map(({ name, from }) => `${name} (${from})`).join(', ');
      const from = `${makefile.path}${known === '' ? '' : ` with ${known}`}`;
      yield { sourceRoot, make, modules, from };
      found = true;
      break;
    }
    const asksUname = reached.some(({ text }) => /\buname\b/.test(text));
    if (found && !asksUname) return;
    const make = `${OTHER_UNAME}'make' -j$(nproc)${change}${rest}`;
    const modules = await ask(make);
    if (modules !== undefined) {
      yield {
        sourceRoot,
        make,
        modules,
        from: `${makefile.path}, with a replacement of uname that prints the release of the kernel`,
      };
      found = true;
    }
    if (found) return;
  }
  if (first !== undefined) options.refused({ folder, words: first });
}

/**
 * Returns the sets of variables to try, in this order: the variables of the kind `asks`; the variables of the kinds
 * `asks` and `follows`; only directories; only releases; all variables. Equal sets are returned once.
 */
function setsOf(variables: readonly KernelVariable[]): (readonly KernelVariable[])[] {
  const asks = variables.filter(({ kind }) => kind === 'asks');
  const follow = variables.filter(({ kind }) => kind !== 'named');
  const directories = variables.filter(({ value }) => value === '$kernel_source_dir');
  const releases = variables.filter(({ value }) => value === '$kernelver');
  const sets = [asks, follow, directories, releases, variables];
  const seen = new Set<string>();
  return sets.filter((set) => {
    const key = set.map(({ name }) => name).join();
    return !seen.has(key) && seen.add(key);
  });
}

/**
 * Returns the goals of make to try: goals with usual names, and at last make's default goal ('') unless it installs.
 */
function targetsOf({ text }: Makefile): string[] {
  const named = ['modules', 'module', 'driver', 'drivers', 'kmod', 'build'].filter((target) =>
    new RegExp(`^${target}[ \\t]*:(?!=)`, 'm').test(text),
  );
  const usual = /^(?:all|default|everything)[ \t]*:(?!=)[^\n#]*/m.exec(text)?.[0] ?? '';
  const installs = /\b(?:install|load|insmod|modules_install)\b/.test(usual);
  return installs ? named : [...named, ''];
}
