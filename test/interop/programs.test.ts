import { expect, test } from 'vitest';
import { PACKAGE_OF, packageOf } from '../../src/system/process/programs.ts';
import { run } from '../../src/system/process/run.ts';

test('programs come from the packages that our messages name', async () => {
  const script =
    'for program; do path=$(command -v "$program") && echo "$program $path"; done; true';
  const { stdout } = await run('bash', ['-c', script, 'sh', ...Object.keys(PACKAGE_OF)]);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  expect(lines.length).toBeGreaterThan(15);
  // Merged /usr: dpkg knows some of them by their old place.
  const paths = lines.flatMap(([, path = '']) => [path, path.replace(/^\/usr/, '')]);
  const { stdout: owners } = await run('dpkg', ['-S', ...new Set(paths)], { accept: [0, 1] });
  const owned = owners.split('\n').map((line) => line.replace(': /usr/', ': /'));
  for (const [program = '', path = ''] of lines) {
    expect(owned).toContain(`${packageOf(program)}: ${path.replace(/^\/usr/, '')}`);
  }
});
