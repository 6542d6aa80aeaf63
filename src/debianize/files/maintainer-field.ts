import { formatPerson, type Person } from '../../debian/person.ts';
import { UNKNOWN_MAINTAINER } from '../../facts/project/maintainer.ts';

/**
 * Returns the value of the field Maintainer. If the maintainer is unknown, also returns a sentence that says how the
 * user can set it.
 */
export function maintainerField(person: Person | undefined): { value: string; unknown: string[] } {
  if (person !== undefined) return { value: formatPerson(person), unknown: [] };
  return {
    value: formatPerson(UNKNOWN_MAINTAINER),
    unknown: ['the maintainer: export DEBFULLNAME="Your Name" DEBEMAIL=you@example.org'],
  };
}
