import { run } from '../../src/system/process/run.ts';

/**
 * Runs dpkg's own Perl modules once over many cases: a fork for each would take minutes.
 * dpkg sees bytes; in and out they are UTF-8 to us.
 */
export async function perl(
  script: string,
  input = '',
  env: Readonly<Record<string, string>> = {},
): Promise<{ stdout: string; stderr: string }> {
  return run('perl', ['-e', `use strict; use warnings; ${script}`], {
    input,
    timeoutSeconds: 280,
    // dpkg's messages in English.
    env: { LC_ALL: 'C', ...env },
  });
}
