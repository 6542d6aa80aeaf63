import type { ConfContext } from './rule.ts';

/** The line that gives a directive's element its value. */
export function lineOf(
  { text }: Pick<ConfContext, 'text'>,
  name: string,
  index = 0,
): number | undefined {
  const assignment = text.assignmentOf(name, index);
  return assignment && text.lineOf(assignment.start);
}

/** MAKE's values as DKMS has them, by index. */
export function makesOf({ evaluation }: Pick<ConfContext, 'evaluation'>): [number, string][] {
  const values = evaluation?.evaluated.values.get('MAKE') ?? new Map<number, string>();
  return [...values].map(([index, value]) => [index, value.trim()]);
}
