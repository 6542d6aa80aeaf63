import { expect, test } from 'vitest';
import { PROGRAMS, packageOf } from '../../src/system/programs.ts';
import { run } from '../../src/system/run.ts';

test('the programs of this machine are of the packages that we name', async () => {
  const script =
    'for program; do path=$(command -v "$program") && echo "$program $path"; done; true';
  const { stdout } = await run('bash', ['-c', script, 'sh', ...PROGRAMS]);
  const lines = stdout.trim().split('\n');
  expect(lines.length).toBeGreaterThan(15);
  for (const line of lines) {
    const [program = '', path = ''] = line.split(' ');
    // Merged /usr: dpkg knows some of them by their old place.
    const { stdout: owners } = await run('dpkg', ['-S', path, path.replace(/^\/usr/, '')], {
      accept: [0, 1],
    });
    expect(
      owners.split('\n').map((owner) => owner.split(':')[0]),
      line,
    ).toContain(packageOf(program));
  }
});
