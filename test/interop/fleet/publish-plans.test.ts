import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { testRelease, writeTestResults } from '../../support/fleet-packages.ts';
import { writeTestPlan } from '../../support/fleet-plan.ts';
import { withFleetSite } from '../../support/publish-command.ts';

test('bug: results of yesterday beside a plan without tasks, or beside those of today, are left out and named', async () => {
  await withFleetSite(async ({ place, call, published }) => {
    const monday = await writeTestPlan(place(), { kernels: [8, 9], builds: [8, 9] });
    await writeTestResults(place('results/old'), monday, [{ kernel: 8 }]);
    await writeTestPlan(place(), { kernels: [9] });
    const empty = await call([place('results')]);
    expect(empty.warnings).toEqual([
      `results of another plan are left out: ${place('results/old')}`,
    ]);
    expect(empty.lines).toEqual([]);
    const today = await writeTestPlan(place(), { kernels: [9, 10], builds: [9] });
    await writeTestResults(place('results/trixie-1'), today, [{ kernel: 9 }]);
    expect((await call([place('results')])).warnings).toEqual(empty.warnings);
    expect(await published()).toEqual([`hello-modules-${testRelease(9)} 1.0-1+6.12.9-1`]);
  });
});

test('a task that has no results is named', async () => {
  await withFleetSite(async ({ place, call }) => {
    const plan = await writeTestPlan(place(), { kernels: [9], builds: [9] });
    await writeTestResults(place('results/trixie-1'), plan, []);
    expect((await call([place('results')])).notes.join()).not.toContain('no results');
    await writeTestResults(place('results/trixie-1'), plan, [], { task: 'trixie-2' });
    expect((await call([place('results')])).notes).toContain(
      '1 of 1 tasks of the plan have no results here: trixie-1',
    );
  });
});

test('bug: if a suite leaves dkms-deb.yaml, metapackages that go back and suites without kernels are told', async () => {
  await withFleetSite(async ({ place, call }) => {
    const publish = async (kernels: number[], built: number[]) => {
      const wish = { kernels, meta: 'lockstep', bookworm: [1] } as const;
      await rm(place('results'), { recursive: true, force: true });
      const plan = await writeTestPlan(place(), wish);
      await writeTestResults(
        place('results/t'),
        plan,
        built.map((kernel) => ({ kernel })),
      );
      return call([place('results')]);
    };
    const whole = await publish([1, 9, 10], [1, 9, 10]);
    expect(whole.warnings).toEqual([]);
    // Without trixie-backports, which had 6.12.10, and without bookworm, which had 6.12.1.
    const { warnings, notes } = await publish([9], []);
    expect(warnings).toEqual([
      `trixie: hello-modules-test goes back from ${testRelease(10)} to ${testRelease(9)}, because the plan does not have the newer kernel; machines that have the newer kernel keep it`,
    ]);
    expect(notes).toContain(
      'bookworm: 2 packages, 1 of them metapackages (unchanged); the plan has no kernel of this suite',
    );
    expect(notes.filter((line) => line.startsWith('trixie'))).toEqual([
      'trixie: 3 packages, 1 of them metapackages',
    ]);
    expect((await publish([9], [])).warnings).toEqual([]);
  });
});
