import { chmod, cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../support/random.ts';
import type { Site, Undisturbed } from './case.ts';
import { type Command, makeMaterials } from './commands.ts';
import { play } from './play.ts';
import { differences, leftovers, makeStage, stateOf } from './stage.ts';

/** Makes what all cases need below `directory`, and gives a site for each. */
export async function openSites(
  directory: string,
): Promise<(place: string, random: Random) => Site> {
  // Some cases act as another user, who reads what is in it.
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
  const materials = await makeMaterials(join(directory, 'materials'));
  const known = new Map<string, Promise<Undisturbed>>();
  const usual = (command: Command) => {
    const found = known.get(command.name) ?? undisturbed(join(directory, 'usual'), command);
    known.set(command.name, found);
    return found;
  };
  return (place, random) => ({ directory: place, random, materials, usual });
}

/** Runs a command twice, from the same beginning; the second run tells whether its bytes depend on the run. */
async function undisturbed(directory: string, command: Command): Promise<Undisturbed> {
  const once = async () => {
    const stage = await makeStage(directory, command.origin);
    const before = await stateOf(stage);
    const { status, stderr, seconds } = await play(stage, command.args(stage));
    const left = await leftovers(stage);
    if (status !== 0 || left.length > 0) {
      throw new Error(`${command.name}: status ${status}: ${left.join()} ${stderr}`);
    }
    return { before, wanted: await stateOf(stage), seconds, stage };
  };
  const [first, second] = [await once(), await once()];
  const told = differences(second.wanted, first.wanted);
  if (told.length > 0) throw new Error(`${command.name} is not reproducible: ${told.join('; ')}`);
  const cache = `${directory}-cache-${command.name.replaceAll(/[^a-z]/g, '')}`;
  await cp(second.stage.cache, cache, { recursive: true });
  return { ...second, cache };
}
