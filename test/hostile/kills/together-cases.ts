import { setTimeout as sleep } from 'node:timers/promises';
import type { Case } from './case.ts';
import { badEnd, play, survivors } from './play.ts';
import { differences, leftovers, makeStage, stateOf } from './stage.ts';

/** Two or four runs at once on one tree, one output directory, one cache; begun together, or a moment apart. */
export function togetherCase(name: string, index: number): Case {
  const count = index % 2 === 0 ? 2 : 4;
  return {
    kind: `${count} runs of ${name} at once`,
    judge: async ({ directory, random, materials, usual }) => {
      const command = materials.named(name);
      const { wanted, seconds } = await usual(command);
      const stage = await makeStage(directory, command.origin);
      const apart = random.chance(0.5) ? 0 : seconds * 0.7;
      const delays = Array.from({ length: count }, () => apart * random.next() * 1000);
      const runs = await Promise.all(
        delays.map(async (delay) => {
          await sleep(delay);
          return play(stage, command.args(stage));
        }),
      );
      const problems = [
        ...runs.flatMap(badEnd),
        ...(runs.some(({ status }) => status === 0) ? [] : ['none of them succeeds']),
        ...(await survivors(stage)),
        ...differences(await stateOf(stage), wanted),
        ...(await leftovers(stage)),
      ];
      const statuses = runs.map(({ status }) => status).join(' ');
      const when = `within ${apart.toFixed(1)} s`;
      return { label: `${name}: ${count} at once, begun ${when} (${statuses})`, problems };
    },
  };
}
