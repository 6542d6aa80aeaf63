import { installedKernels } from '../../support/kernels.ts';
import { Seeded } from '../../support/seeded.ts';
import type { HostileInput, HostilePart } from '../part.ts';
import { HostileTree, type TreeLie } from './hostile-tree.ts';
import { CONF_LIES } from './lies-confs.ts';
import { FILE_LIES } from './lies-files.ts';
import { GIT_LIES } from './lies-git.ts';
import { LINK_LIES } from './lies-links.ts';
import { LONG_LIES } from './lies-long.ts';
import { MOVING_LIES } from './lies-moving.ts';
import { NAME_LIES } from './lies-names.ts';
import { REPOSITORY_LIES } from './lies-repositories.ts';
import { type Command, Trial } from './trial.ts';

const LIES: readonly TreeLie[] = [
  ...NAME_LIES,
  ...LONG_LIES,
  ...LINK_LIES,
  ...FILE_LIES,
  ...MOVING_LIES,
  ...GIT_LIES,
  ...REPOSITORY_LIES,
  ...CONF_LIES,
];
const COMMANDS: readonly Command[] = [
  'build',
  'init',
  'info',
  'build',
  'lint',
  'init',
  'build',
  'lint',
  'info',
  'init',
];
/** Each so manieth input is compiled, where there are headers. */
const BMDEB_EACH = 50;
export const TREES_PART: HostilePart = {
  count: 1500,
  mostSeconds: 300,
  mostMib: 500,
  strict: 'refused',
  async input(seed, index, scratch) {
    return hostileTree(seed, index, scratch);
  },
};

/** The tree number `index` of a seed: each kind gets its turn with each command, a second lie may come on top. */
async function hostileTree(seed: number, index: number, scratch: string): Promise<HostileInput> {
  const random = new Seeded(seed * 1_000_003 + index);
  const lie = LIES[index % LIES.length] as TreeLie;
  const kernel = index % BMDEB_EACH === BMDEB_EACH - 1 ? (await installedKernels())[0] : undefined;
  const turn = Math.floor(index / LIES.length) + (index % LIES.length);
  const command = kernel === undefined ? (COMMANDS[turn % COMMANDS.length] ?? 'build') : 'bmdeb';
  const tree = new HostileTree(scratch);
  const others = random.below(7) === 0 ? [random.pick(LIES)] : [];
  for (const told of [lie, ...others]) attempt(() => told.tell(tree, random));
  const kind = `${lie.kind} (${command}${others.map((other) => `, ${other.kind}`).join('')})`;
  const trial = new Trial(tree, scratch, { kernel, json: random.below(2) === 0 });
  return { kind, judge: () => trial.judge(kind, command) };
}

/** Two lies may stand in one another's way. */
function attempt(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
  }
}
