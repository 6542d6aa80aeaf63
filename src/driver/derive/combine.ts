import type { NamedModule } from './kbuild-question.ts';
import type { Refusals } from './own-ways.ts';
import type { Settled } from './settle.ts';

/**
 * Joins the ways to build several folders to one way. A folder is left out with a warning in three cases: there is no
 * way to build it; it does not build, but another folder does; or another folder already makes one of its modules.
 * Returns undefined if no folder is left.
 */
export function combine(
  parts: readonly { folder: string; settled: Settled | undefined }[],
  refusals: readonly Refusals[],
): Settled | undefined {
  const anyBuilt = parts.some(({ settled }) => settled?.built);
  const taken: Settled[] = [];
  const warnings: string[] = [];
  const homes = new Map<string, string>();
  for (const { folder, settled } of parts) {
    if (settled === undefined || (anyBuilt && !settled.built)) {
      const refused = refusals.find((refusal) => refusal.folder === folder)?.words;
      const words = settled?.failure ?? refused ?? 'its makefile names no module';
      warnings.push(`${folder}/ is left out: ${words}`);
      continue;
    }
    if (taken.some(({ way }) => way.make === settled.way.make)) continue;
    const twice = settled.modules.find(({ name }) => homes.has(name));
    if (twice !== undefined) {
      warnings.push(
        `${folder}/ is left out: it makes the module ${twice.name}, which ${homes.get(twice.name)}/ makes, too; to package ${folder}/, run dkms-deb in ${folder}/`,
      );
      continue;
    }
    for (const { name } of settled.modules) homes.set(name, folder);
    taken.push(settled);
  }
  const [first, ...others] = taken;
  if (first === undefined) return undefined;
  const commands = others.map(({ way }) =>
    // `-j` is added to each `make` except the first one, because DKMS adds `-j` only to a `make` with which the whole
    // text begins.
    (way.make ?? '').replace(/^make/, 'make -j$(nproc)'),
  );
  const modules: NamedModule[] = taken.flatMap((part) => [...part.modules]);
  return {
    way: {
      sourceRoot: '',
      make: [first.way.make, ...commands].join(' && '),
      modules,
      from: taken.map(({ way }) => way.from).join('; '),
    },
    modules,
    warnings: [...taken.flatMap((part) => part.warnings), ...warnings],
    built: anyBuilt,
  };
}
