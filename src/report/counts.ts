/** `2 errors, 1 warning`, without what there is none of; '' where there is nothing. */
export function describeCounts(
  counts: readonly (readonly [count: number, word: string])[],
): string {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? '' : 's'}`)
    .join(', ');
}
