import { run } from '../../src/system/process/run.ts';

/**
 * Errors and warnings of lintian for .changes or .deb files, without those that `expected` names, tag →
 * reason. (`I:` and below are opinions; CI need not hold them.)
 */
export async function lintianProblems(
  files: readonly string[],
  expected: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const { stdout } = await run('lintian', ['--allow-root', '--fail-on', 'none', ...files], {
    timeoutSeconds: 300,
  });
  return stdout
    .split('\n')
    .filter((line) => /^[EW]: /.test(line))
    .filter((line) => !((/^[EW]: \S+(?: \w+)?: (\S+)/.exec(line)?.[1] ?? '') in expected));
}
