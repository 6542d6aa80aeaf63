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
