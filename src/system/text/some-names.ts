/** The most names in one message, which gives the number of the others. */
const MOST_NAMED = 5;

/** Returns names for a message: the first five, and the number of the others. */
export function someNames(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  const shown = names.slice(0, MOST_NAMED).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
