import { run } from '../../src/system/process/run.ts';

/**
 * Returns lintian's errors and warnings for .changes or .deb files, except the tags in `expected` (tag →
 * reason). Lower levels are ignored: they are opinions.
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
