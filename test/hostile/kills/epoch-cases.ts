import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
import type { Case } from './case.ts';
import { badEnd, play, survivors } from './play.ts';
import { differences, leftovers, makeStage, stateOf } from './stage.ts';

/** What people and scripts set SOURCE_DATE_EPOCH to, and what lies at the ends of clocks and formats. */
export const EPOCHS: readonly string[] = [
  ...['', ' ', '-1', '-0', '+1', 'abc', '1e9', '1.5', '0x10', '1700000000 ', '١', '1,000', 'NaN'],
  ...[
    '0',
    '1',
    '007',
    '0001700000000',
    '00000000000000000001700000000',
    '2147483647',
    '2147483648',
  ],
  // ustar's 33 bits, the last second of year 9999, and ar's twelve digits.
  ...['4294967296', '8589934591', '8589934592', '253402300799', '253402300800', '99999999999'],
  ...['999999999999', '1000000000000', '9007199254740992', `1${'0'.repeat(40)}`],
];

/** With one of them: one clear error, or packages of that time that dpkg takes, the same in two runs. */
export function epochCase(name: string, epoch: string): Case {
  return {
    kind: `odd SOURCE_DATE_EPOCH for ${name}`,
    judge: async ({ directory, materials }) => {
      const command = materials.named(name);
      const once = async () => {
        const stage = await makeStage(directory, command.origin);
        const env = { SOURCE_DATE_EPOCH: epoch };
        const played = await play(stage, command.args(stage), { env });
        return { stage, played, state: await stateOf(stage) };
      };
      const first = await once();
      const { stage, played, state } = await once();
      const named = /SOURCE_DATE_EPOCH/.test(played.stderr);
      const problems = [
        ...badEnd(played),
        ...(await survivors(stage)),
        ...(await leftovers(stage)),
        ...(played.status === first.played.status ? [] : ['two runs end differently']),
        ...differences(state, first.state),
        ...(await refused(stage.out, epoch)),
        ...(played.status === 0 || named
          ? []
          : [`the variable is not named: ${played.stderr.slice(-300)}`]),
        ...(played.status !== 0 || /^\d*$/.test(epoch) ? [] : ['taken']),
      ];
      return { label: `${name}: ${JSON.stringify(epoch)} (status ${played.status})`, problems };
    },
  };
}

/** What dpkg-deb says of the packages, where it does not take them; their time is the one that was asked for. */
async function refused(out: string, epoch: string): Promise<string[]> {
  const told: string[] = [];
  for (const name of await readdir(out).catch(() => [])) {
    if (!name.endsWith('.deb')) continue;
    const file = join(out, name);
    const read = await run('dpkg-deb', ['-c', file], { accept: ANY_STATUS });
    if (read.exitStatus !== 0) told.push(`dpkg-deb refuses ${name}: ${read.output.slice(-200)}`);
    const times = (await run('ar', ['tv', file], { accept: ANY_STATUS, env: { TZ: 'UTC' } }))
      .stdout;
    const [member = ''] = times.split('\n');
    const date = new Date(Number(epoch) * 1000);
    if (
      epoch !== '' &&
      !Number.isNaN(date.valueOf()) &&
      !member.includes(String(date.getUTCFullYear()))
    ) {
      told.push(`${name} is of another time: ${member}`);
    }
  }
  return told;
}
