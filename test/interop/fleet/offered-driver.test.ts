import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareAptRoot, runApt } from '../../../src/archives/apt/apt-root.ts';
import { offeredTogether } from '../../../src/fleet/plan/offered-driver.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { withKeyring } from '../../support/gpg-keys.ts';
import { writePlainRepository } from '../../support/plain-repository.ts';
import { writeSmallPackage } from '../../support/small-package.ts';

test('drivers of an archive are asked for in one call; what it does not have is left out', async () => {
  await withTemporaryDirectory('offered', async (directory) => {
    const names = ['one-dkms', 'two-dkms'];
    const debs: string[] = [];
    for (const name of names) debs.push(await writeSmallPackage(directory, { name, files: {} }));
    const place = join(directory, 'archive');
    await withKeyring(join(directory, 'gnupg'), async ({ makeKey }) =>
      writePlainRepository(place, 'trixie', debs, await makeKey('archive')),
    );
    const source = {
      file: 'x',
      uris: [`file:${place}`],
      suites: ['trixie'],
      components: ['main'],
      options: new Map([['Trusted', 'yes']]),
    };
    const root = await prepareAptRoot(join(directory, 'apt'), [source], ['amd64']);
    await runApt(root, 'apt-get', ['update', '-qq']);
    const ask = (...wanted: (readonly [string, string?])[]) =>
      offeredTogether(
        root,
        wanted.map(([name, suite]) => ({ kind: 'archive' as const, name, suite })),
      );
    const both = await ask(['one-dkms'], ['two-dkms', 'trixie']);
    expect([...both.keys()]).toEqual(['one-dkms', 'two-dkms/trixie']);
    const { stdout } = await run('sha256sum', [debs[1] ?? '']);
    expect(both.get('two-dkms/trixie')).toMatchObject({
      name: 'two-dkms',
      sha256: stdout.slice(0, 64),
    });
    expect((await ask(['one-dkms'], ['no-such-dkms'])).has('no-such-dkms')).toBe(false);
    expect((await ask(['one-dkms'], ['one-dkms', 'trixie'])).size).toBe(0);
  });
});
