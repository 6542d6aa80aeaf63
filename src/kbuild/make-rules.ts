import type { MakeRule } from './read-makefile.ts';

/** Matches names of targets that are not for building a module. */
const NO_BUILD =
  /(?:clean|install|uninstall|remove|load|dist|package|deb|rpm|tags|cscope|check|test|help|format|style|dkms)/;

/**
 * Returns the rules that make executes for its goals. Without goals, make executes the rules of the first target. If
 * none of these rules has a recipe, returns all rules that may belong to a build, with `unsure` set.
 */
export function reached(
  rules: readonly MakeRule[],
  goals: readonly string[],
): { rules: readonly MakeRule[]; unsure: boolean } {
  const first = rules.flatMap(({ targets }) => targets).find((target) => !/^\.[A-Z]/.test(target));
  const waiting = goals.length > 0 ? [...goals] : [first ?? ''];
  const seen = new Set<string>();
  const found = new Set<MakeRule>();
  for (let goal = waiting.pop(); goal !== undefined; goal = waiting.pop()) {
    if (seen.has(goal)) continue;
    seen.add(goal);
    for (const rule of rules) {
      if (!rule.targets.includes(goal)) continue;
      found.add(rule);
      waiting.push(...rule.prerequisites);
    }
  }
  if ([...found].some(({ recipe }) => recipe.length > 0)) {
    return { rules: [...found], unsure: false };
  }
  const building = rules.filter(({ targets }) => !targets.some((one) => NO_BUILD.test(one)));
  return { rules: building, unsure: true };
}

/**
 * Returns the rules that kbuild may execute: rules for files, because kbuild requests files by name, and rules for the
 * prerequisites of these files.
 */
export function reachedByKbuild(rules: readonly MakeRule[]): readonly MakeRule[] {
  const files = rules
    .flatMap(({ targets }) => targets)
    .filter((target) => /[./%]/.test(target) && !/^\.[A-Z]/.test(target) && !NO_BUILD.test(target));
  return files.length === 0 ? [] : reached(rules, files).rules;
}
