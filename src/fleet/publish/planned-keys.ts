import { resolve } from 'node:path';
import { isFingerprint } from '../../repository/public-keys.ts';
import type { PublishInput } from './read-input.ts';

/** Returns the keys of the repository that the plan names: fingerprints, and absolute paths of files. */
export function plannedKeys({
  plan,
  planDirectory,
}: Pick<PublishInput, 'plan' | 'planDirectory'>): string[] {
  const keys = plan?.repository?.keys ?? [];
  return keys.map((key) => (isFingerprint(key) ? key : resolve(planDirectory ?? '.', key)));
}
