import { run } from '../../../src/system/process/run.ts';
import type { Case } from './case.ts';
import { badEnd, type Played, play, survivors } from './play.ts';
import { differences, halfFiles, leftovers, makeStage, stateOf } from './stage.ts';

/** A user whom nobody is: RLIMIT_NPROC counts what a user has, and not for root (setrlimit(2)). */
const NOBODY = 54321;

/** Options of prlimit(1). */
export const LIMITS: readonly (readonly [kind: string, option: string])[] = [
  ...[24, 32, 48, 64, 128].map((n) => ['open files', `--nofile=${n}`] as const),
  ...[14, 18, 22, 26, 32, 48].map((n) => ['processes', `--nproc=${n}`] as const),
  ...[512, 4096, 16_384, 131_072].map((n) => ['the size of files', `--fsize=${n}`] as const),
];

/** Under a limit: the right bytes, or one clear error and nothing half done. */
export function limitCase(name: string, [kind, option]: readonly [string, string]): Case {
  return {
    kind: `limit of ${kind} for ${name}`,
    judge: async ({ directory, materials, usual }) => {
      const command = materials.named(name);
      const { before, wanted } = await usual(command);
      const stage = await makeStage(directory, command.origin);
      const other = option.startsWith('--nproc') && process.getuid?.() === 0;
      if (other) await run('chown', ['-R', `${NOBODY}:${NOBODY}`, stage.directory]);
      const ids = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
      const user = other ? ['setpriv', ...ids, '--'] : [];
      const under = ['prlimit', '--core=0', option, '--', ...user];
      const played = await play(stage, command.args(stage), { under });
      const state = await stateOf(stage);
      const results = (one: typeof state) => ({ ...one, cache: new Map() });
      const without = nodeDoesNotBegin(played);
      const problems = [
        // verify gives an error for each of its two files.
        ...(without ? [] : badEnd(played, name === 'verify' ? 2 : 1)),
        ...(await survivors(stage)),
        ...(await leftovers(stage)),
        ...halfFiles(state, before, wanted),
        ...(played.status === 0 ? differences(results(state), results(wanted)) : []),
      ];
      const how = `status ${played.status ?? played.signal}${without ? ', of node' : ''}`;
      const said = /^.*error:.*$/m.exec(played.stderr)?.[0] ?? '';
      return { label: `${name}: ${option} (${how}) ${said}`, problems };
    },
  };
}

/** What Node says, in C++, where it has too little to load a program. */
function nodeDoesNotBegin({ stderr }: Played): boolean {
  return /^(?:node\[\d+\]: |node: |terminate called|# Fatal|FATAL ERROR)/m.test(stderr);
}
