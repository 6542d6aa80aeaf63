import { describe, expect, test } from 'vitest';
import { installedReleases } from '../../src/kernel/headers.ts';
import { selectReleases } from '../../src/kernel/select.ts';

const installed = await installedReleases();

describe('selectReleases', () => {
  test('exact releases are taken as they are, each once, in order', async () => {
    expect(await selectReleases(['9.9-b', '9.9-a', '9.9-b'], false)).toEqual(['9.9-b', '9.9-a']);
  });

  test('a pattern that nothing matches: 21', async () => {
    await expect(selectReleases(['no-such-*'], false)).rejects.toMatchObject({
      code: 'no-kernel-matches',
      exitStatus: 21,
    });
  });

  test('a pattern that does not close: 2', async () => {
    await expect(selectReleases(['[6'], false)).rejects.toMatchObject({ exitStatus: 2 });
  });

  test('no kernel named: 2', async () => {
    await expect(selectReleases([], false)).rejects.toMatchObject({ code: 'usage', exitStatus: 2 });
  });

  test.runIf(installed.length > 0)('--all and patterns', async () => {
    expect(await selectReleases([], true)).toEqual(installed);
    expect(await selectReleases(['*'], false)).toEqual(installed);
    const [first = ''] = installed;
    expect(await selectReleases([`${first.slice(0, -1)}?`, first, '9.9-x'], false)).toEqual(
      expect.arrayContaining([first, '9.9-x']),
    );
  });
});
