/** Returns text such as `2 errors, 1 warning`. Zero counts are left out; returns '' if all are zero. */
export function describeCounts(
  counts: readonly (readonly [count: number, word: string])[],
): string {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? '' : 's'}`)
    .join(', ');
}
