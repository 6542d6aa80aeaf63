import { expect, test } from 'vitest';
import { decideBuilds } from '../../../src/fleet/plan/decide-builds.ts';
import type { PlannedDriver } from '../../../src/fleet/plan/plan-document.ts';
import { planKeys } from '../../../src/fleet/plan/plan-keys.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { smallPlan } from '../../support/small-plan.ts';

const { drivers, kernels, toolchains, packages } = smallPlan();
const [model] = drivers;
if (model === undefined) throw new Error('a small plan has a driver');

function driver(name: string, buildDepends: readonly string[]): PlannedDriver {
  return { ...(model as PlannedDriver), id: name, name, buildDepends: [...buildDepends] };
}

// Bug: each level took twice the time of the one before.
test('drivers that need each other in forty levels of two are planned in short time', async () => {
  const levels = Array.from({ length: 40 }, (_, i) => {
    const below = i === 39 ? [] : [`a${i + 1}`, `b${i + 1}`];
    return [driver(`a${i}`, below), driver(`b${i}`, below)];
  }).flat();
  const time = await cpuTime(() => {
    const keys = planKeys(levels, toolchains, packages);
    const decided = decideBuilds({
      drivers: levels,
      kernels,
      keys,
      exclusion: () => undefined,
      published: undefined,
    });
    const [builds = []] = decided.builds.values();
    expect(builds.map((build) => build.driver).slice(0, 3)).toEqual(['a39', 'b39', 'a38']);
    expect(builds).toHaveLength(80);
  });
  expect(time).toBeLessThan(1500);
});

test('drivers that need each other in a circle are refused', () => {
  const circle = [driver('a', ['b']), driver('b', ['c']), driver('c', ['b'])];
  expect(() => planKeys(circle, toolchains, packages)).toThrow(/in a circle: b → c → b/);
});
