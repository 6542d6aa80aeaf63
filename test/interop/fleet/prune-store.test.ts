import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { debFile, openStore, recordKernels } from '../../../src/archives/store/header-store.ts';
import { kernels } from '../../../src/commands/kernels/kernels.ts';
import { painter } from '../../../src/report/paint.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { listedKernel } from '../../support/fleet-archive.ts';
import { testRelease, writeModules } from '../../support/fleet-packages.ts';
import { withFleetSite } from '../../support/publish-command.ts';
import { withSwitchingServer } from '../../support/switching-server.ts';

test('kernels --prune --repo keeps what the published modules were built with', async () => {
  await withFleetSite(async ({ place, call, site, key }) => {
    await writeModules(place('out'), { kernel: 9 });
    await call([place('out')], { suite: 'trixie' });
    const store = openStore(place('store'));
    const numbers = [8, 9, 10, 11, 12];
    const all = numbers.map((number) => listedKernel(testRelease(number), `6.12.${number}-1`));
    for (const [at, one] of all.entries()) {
      await recordKernels(store, [one], at < 4 ? '2020-01-01' : '2020-02-02');
      const deb = debFile(store, one.package.sha256);
      await mkdir(dirname(deb), { recursive: true });
      await writeFile(deb, 'headers');
    }
    const prune = async (repo: readonly string[]) => {
      const choices = { suite: [], sources: [], arch: [], flavour: [], patterns: [], md: false };
      const lists = { offline: false, refresh: false, latest: undefined, since: undefined };
      const own = { prune: true, dryRun: false, repo, key: [key], store: store.directory };
      await kernels(
        { ...choices, ...lists, ...own },
        {
          reporter: silentReporter,
          json: false,
          print: () => {},
          declarations: async () => [],
          paint: painter(false),
        },
      );
      return numbers.filter((_, at) => existsSync(debFile(store, all[at]?.package.sha256 ?? '')));
    };
    expect(await prune([site])).toEqual([9, 10, 11, 12]);
    // A repository whose packages are not known must not look like one that has none.
    await expect(prune([place('nowhere')])).rejects.toThrow(/nowhere has no index/);
    await withSwitchingServer(place('out'), async ({ url }) => {
      await expect(prune([url])).rejects.toThrow(/does not say which suites it has/);
    });
    expect(await prune([])).toEqual([10, 11, 12]);
  });
});
