import type { ConfContext } from './rule.ts';

/**
 * Returns the number (from 1) of the line that sets the element `name[index]`, or may set it (assignmentOf). Returns
 * undefined if no line does.
 */
export function lineOf(
  { text }: Pick<ConfContext, 'text'>,
  name: string,
  index = 0,
): number | undefined {
  const assignment = text.assignmentOf(name, index);
  return assignment && text.lineOf(assignment.start);
}

/** Returns the values of MAKE after evaluation, each with its array index. */
export function makesOf({ evaluation }: Pick<ConfContext, 'evaluation'>): [number, string][] {
  const values = evaluation?.evaluated.values.get('MAKE') ?? new Map<number, string>();
  return [...values].map(([index, value]) => [index, value.trim()]);
}
