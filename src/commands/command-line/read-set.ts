import { UsageError } from '../../errors.ts';

/** The values of `--set NAME=VALUE`; UsageError for what is none, or could not stand in a dkms.conf. */
export function readSet(
  assignments: readonly string[] | undefined,
): Readonly<Record<string, string>> | undefined {
  if (assignments === undefined || assignments.length === 0) return undefined;
  const set: Record<string, string> = {};
  for (const assignment of assignments) {
    const [, name, value] = /^([^=\s]+)=(.*)$/s.exec(assignment) ?? [];
    if (name === undefined || value === undefined || /[\p{Cc}"'`$\\]/u.test(value)) {
      throw new UsageError(`--set ${JSON.stringify(assignment.slice(0, 80))} is not NAME=VALUE`, {
        hint: 'As in --set VERSION=1.2; the value has no quotes, "$" or "\\".',
      });
    }
    set[name] = value;
  }
  return set;
}
