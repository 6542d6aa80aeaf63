import { expect, test } from 'vitest';
import { SourceFiles } from '../../src/kbuild/source-files.ts';
import { cpuTime } from '../support/cpu-time.ts';

test('bug: thirty thousand files with the same name took ten seconds', async () => {
  const paths = Array.from({ length: 60_000 }, (_, i) => `d${i}/LICENSE`);
  const objects = new Map(paths.map((path) => [path, { type: 'file' as const }]));
  const used = await cpuTime(() => {
    expect(new SourceFiles(objects).endingWith('d9/LICENSE')).toEqual(['d9/LICENSE']);
  });
  expect(used).toBeLessThan(10_000);
});
