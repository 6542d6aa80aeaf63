import { checkSuite } from '../../repository/repository-layout.ts';
import type { Plan } from '../plan/plan-document.ts';

/**
 * Returns the name of a codename's suite in the repository: the codename, unless dkms-deb.yaml gives the suite another
 * name. Throws the error of checkSuite.
 */
export function suiteOf(plan: Plan | undefined, codename: string): string {
  return checkSuite(plan?.repository?.suites?.[codename] ?? codename);
}
