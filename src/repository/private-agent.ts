import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemError } from '../errors.ts';
import { gpgEnvironment } from '../system/process/gpg-environment.ts';
import { ANY_STATUS, run } from '../system/process/run.ts';

/** The command that gpg-agent starts. It shows that the agent is ready, and ends when this process ends. */
const READY = 'ready';
const COMMAND = ['sh', '-c', `: >"$0/${READY}" && exec cat`];
const LOOK_MILLISECONDS = 5;
/** The time limit of the agent. It is long, because the agent runs as long as `work`. */
const MOST_SECONDS = 7 * 24 * 3600;
/** The time limit until the agent is ready. An agent that takes longer is an error. */
const READY_SECONDS = 60;
const KILL_SECONDS = 5;

/**
 * Calls `work` while a private gpg-agent serves the keyring in `home`. The agent ends after `work`, because it has
 * secret keys in memory. gpg would start an agent, too, but in a session of its own: if this process is killed, that
 * agent stays. The private agent is given a command, and gpg-agent ends some seconds after its command (gpg-agent.c,
 * handle_tick). Throws SystemError `tool-missing` and `tool-failed`.
 */
export async function withPrivateAgent<T>(home: string, work: () => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const options = ['--homedir', home, '--no-detach', '--disable-scdaemon', '--daemon'];
  let failure: unknown;
  const ended = run('gpg-agent', [...options, '--', ...COMMAND, home], {
    env: gpgEnvironment(home),
    leash: true,
    signal: stop.signal,
    timeoutSeconds: MOST_SECONDS,
  }).then(
    () => {
      failure = notReady('it ended');
    },
    (error: unknown) => {
      failure = error;
    },
  );
  const latest = performance.now() + READY_SECONDS * 1000;
  try {
    while (!existsSync(join(home, READY))) {
      if (failure !== undefined) throw failure;
      if (performance.now() > latest) throw notReady(`it took over ${READY_SECONDS} s`);
      await sleep(LOOK_MILLISECONDS);
    }
    return await work();
  } finally {
    // The agent removes its sockets if it ends by itself. If it does not end, it is killed.
    const kill = ['--homedir', home, '--kill', 'all'];
    await run('gpgconf', kill, { accept: ANY_STATUS, timeoutSeconds: KILL_SECONDS }).catch(
      () => {},
    );
    stop.abort();
    await ended;
  }
}

function notReady(why: string): SystemError {
  return new SystemError('tool-failed', `gpg-agent was not ready: ${why}`);
}
