import { run } from '../../src/system/process/run.ts';

/**
 * Runs a script with dpkg's own Perl modules, once for many cases: a process for each case would take
 * minutes. Input and output are UTF-8.
 */
export async function perl(
  script: string,
  input = '',
  env: Readonly<Record<string, string>> = {},
): Promise<{ stdout: string; stderr: string }> {
  return run('perl', ['-e', `use strict; use warnings; ${script}`], {
    input,
    timeoutSeconds: 280,
    // Makes dpkg's messages English.
    env: { LC_ALL: 'C', ...env },
  });
}
