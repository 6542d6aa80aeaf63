import { expect, test } from 'vitest';
import { readAptSources } from '../../../src/archives/apt/apt-source.ts';
import { checkRepository } from '../../../src/fleet/publish/simulate-machines.ts';
import type { MetaKind } from '../../../src/package/modules/package-choices.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { publicKeys } from '../../../src/repository/public-keys.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { testRelease, writeModules } from '../../support/fleet-packages.ts';
import { type FleetSite, withFleetSite } from '../../support/publish-command.ts';
import { type SimulatedKernels, simulatedKernels } from '../../support/simulated-kernels.ts';

interface Checked extends FleetSite {
  readonly archive: SimulatedKernels;
  /** Publishes modules for these kernels and checks, `check level message` of each finding. */
  check(kernels: readonly number[], kind: MetaKind): Promise<string[]>;
}

async function withCheckedSite(work: (site: Checked) => Promise<void>): Promise<void> {
  await withFleetSite(async (site) => {
    const archive = await simulatedKernels(
      site.place(),
      site.keyring,
      await site.keyring.makeKey('kernels'),
    );
    const check = async (kernels: readonly number[], kind: MetaKind) => {
      for (const kernel of kernels) await writeModules(site.place('out'), { kernel });
      const more = { suite: 'trixie', meta: kind, check: true, sources: [archive.sources] };
      const { document } = await site.call([site.place('out')], more);
      const { checks } = document as {
        checks: { check: string; level: string; message: string }[];
      };
      return checks.map(({ check, level, message }) => `${check} ${level}: ${message}`);
    };
    await work({ ...site, archive, check });
  });
}

const installs = (kernel: number) => `install ok: installs hello-modules-${testRelease(kernel)}`;

test('kernel and modules are installed together; lockstep holds exactly the kernels without modules', async () => {
  await withCheckedSite(async ({ archive, check }) => {
    await archive.offer([9]);
    const together = `upgrade ok: installs ${testRelease(9)} and its modules together`;
    expect(await check([9], 'lockstep')).toEqual([installs(9), together]);
    // Modules that are there before their kernel: they cannot be installed yet, but nothing breaks what is installed.
    await archive.offer([9, 10]);
    const both = `upgrade ok: installs ${testRelease(10)} and its modules together`;
    expect(await check([10], 'lockstep')).toEqual([installs(10), both]);
  });
});

test('if modules are late, lockstep holds the kernel of a machine, but loose and fallback do not', async () => {
  await withCheckedSite(async ({ archive, check }) => {
    await archive.offer([9, 10]);
    expect(await check([9], 'loose')).toEqual([
      installs(9),
      `upgrade ok: installs ${testRelease(10)} without modules for it`,
    ]);
    expect(await check([], 'lockstep')).toEqual([
      `install waiting: can be installed with ${testRelease(9)}; new machines wait for modules for ${testRelease(10)}`,
      `upgrade ok: holds linux-image-test back at ${testRelease(9)}`,
    ]);
  });
});

test('a metapackage whose kernel is gone is an error; with other sources the upgrade is not checked', async () => {
  await withCheckedSite(async ({ archive, check, call }) => {
    await archive.offer([10]);
    const gone = await errorOf(() => check([9], 'loose'));
    expect(gone.output.join('\n')).toMatch(/linux-image-6\.12\.9\+deb13-test/);
    await archive.offer([9, 10]);
    const { document } = await call([], { check: true, sources: [archive.sources] });
    expect(document).toMatchObject({ checks: [{ level: 'ok' }, { level: 'ok' }] });
  });
});

test('bug: a missing package of modules was told as a missing linux-image: both are named by what is missing', async () => {
  await withCheckedSite(async ({ archive, site, key, packages, publish, deb }) => {
    const modules = `hello-modules-${testRelease(9)}`;
    const image = `linux-image-${testRelease(9)}`;
    const meta = await deb({
      name: 'hello-modules-test',
      fields: [`Depends: ${modules} (= 1.0-1)`],
    });
    const needing = await deb({
      name: modules,
      fields: [`Depends: ${image}`, `Kernel-Release: ${testRelease(9)}`],
    });
    const messages = async (debs: readonly string[]) => {
      await publish(debs);
      const sources = await readAptSources(archive.sources);
      const suites = [{ suite: 'trixie', packages: await packages(), sources }];
      const keys = await publicKeys([key], site);
      const found = await checkRepository(site, suites, keys, silentReporter);
      return found.map(({ check, message }) => `${check}: ${message}`);
    };
    await archive.offer([10]);
    expect(await messages([meta])).toEqual([
      `install: cannot be installed without ${modules} (= 1.0-1)`,
      `upgrade: the repository has no ${modules} 1.0-1, so upgrades cannot be checked`,
    ]);
    expect((await messages([meta, needing]))[0]).toBe(
      `install: cannot be installed without ${image}`,
    );
  });
});
