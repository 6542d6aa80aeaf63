import {
  chmod,
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../../../src/system/process/run.ts';
import type { Random } from '../../support/random.ts';
import { WITHOUT_PRIVILEGES } from '../../support/without-privileges.ts';
import type { Case } from './case.ts';
import { badEnd, play, survivors } from './play.ts';
import { differences, leftovers, makeStage, stateOf } from './stage.ts';

/** What may become of a file in a cache: a bad disk, a hand, another program. */
const DAMAGES: Readonly<Record<string, (file: string, random: Random) => Promise<unknown>>> = {
  truncated: async (file, random) => truncate(file, random.below((await readFile(file)).length)),
  emptied: (file) => truncate(file, 0),
  'with a bit flipped': async (file, random) => {
    const bytes = await readFile(file);
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    await writeFile(file, bytes);
  },
  'longer by a byte': async (file) =>
    writeFile(file, Buffer.concat([await readFile(file), Buffer.from('\n')])),
  removed: (file) => rm(file),
  'that is a directory': (file) => rm(file).then(() => mkdir(file)),
  'that is unreadable': (file) => chmod(file, 0),
  'that is a fifo': (file) => rm(file).then(() => run('mkfifo', [file])),
  'that is a link to /dev/zero': (file) => rm(file).then(() => symlink('/dev/zero', file)),
  'with foreign contents': (file) => copyFile('/bin/true', file),
};

/** Files that `bmdeb --dbgsym` of one module has in its cache: an entry of three, and two of two. */
export const CACHED_FILES = 7;
const COMMAND = 'bmdeb --dbgsym';

/** One file of the cache damaged: noticed, said, made anew, and the same bytes come out. */
export function cacheCases(): Case[] {
  return Object.entries(DAMAGES).flatMap(([kind, damage]) =>
    Array.from({ length: CACHED_FILES }, (_, number) => ({
      kind: `cache with a file ${kind}`,
      judge: async ({ directory, random, materials, usual }) => {
        const command = materials.named(COMMAND);
        const { wanted, cache } = await usual(command);
        const stage = await makeStage(directory, command.origin);
        await cp(cache, stage.cache, { recursive: true });
        const files = await filesOf(stage.cache);
        if (files.length !== CACHED_FILES) throw new Error(`the cache has ${files.join(' ')}`);
        const file = files[number] ?? '';
        await damage(file, random);
        const options = { under: WITHOUT_PRIVILEGES, mostSeconds: 60 };
        const played = await play(stage, command.args(stage), options);
        const { status, stderr, hung } = played;
        const problems = [
          ...badEnd(played),
          ...(status === 0 ? [] : [`status ${status}: ${stderr.slice(-300)}`]),
          ...(stderr.includes(dirname(file)) ? [] : ['not a word about it']),
          ...(await survivors(stage)),
          ...(hung ? [] : differences(await stateOf(stage), wanted)),
          ...(await leftovers(stage)),
        ];
        return { label: `${kind}: ${file.slice(stage.cache.length + 1)}`, problems };
      },
    })),
  );
}

async function filesOf(cache: string): Promise<string[]> {
  const entries = await readdir(cache, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => path.includes('/modules/'))
    .sort();
}
