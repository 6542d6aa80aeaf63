/**
 * Words before a command for root, who may read and write everything: without these capabilities modes
 * count for it, too. (Another user may not be able to read this clone.)
 */
export const WITHOUT_PRIVILEGES: readonly string[] =
  process.getuid?.() === 0
    ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--']
    : [];
