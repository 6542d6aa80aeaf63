/**
 * Words before a command that remove root's right to ignore file modes. (Another user may not be able to
 * read this clone.)
 */
export const WITHOUT_PRIVILEGES: readonly string[] =
  process.getuid?.() === 0
    ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--']
    : [];
