/** Returns names for a message: at most the first `most` of them, and the number of the others. */
export function someNames(names: readonly string[], most = 5): string {
  const more = names.length - most;
  const shown = names.slice(0, most).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
