import type { ConfContext } from './rule.ts';

/** MAKE's values as DKMS has them, by index. */
export function makesOf({ evaluation }: Pick<ConfContext, 'evaluation'>): [number, string][] {
  const values = evaluation?.evaluated.values.get('MAKE') ?? new Map<number, string>();
  return [...values].map(([index, value]) => [index, value.trim()]);
}
