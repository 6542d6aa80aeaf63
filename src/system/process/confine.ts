import { randomBytes } from 'node:crypto';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { type RunOptions, type RunResult, run } from './run.ts';

/** In its environment whatever a confined program starts has this, unless it takes it away. */
const MARK = 'DKMS_DEB_CONFINED';

/**
 * A pid namespace of its own: all that a program has started ends with it, whatever session or parent it
 * took. As root without more; else in a user namespace, which not every system allows (unshare(1)).
 */
const NAMESPACES = [
  ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--'],
  [
    ...['unshare', '--user', '--map-current-user', '--pid', '--fork', '--kill-child'],
    ...['--mount-proc', '--'],
  ],
] as const;

/**
 * Numbers of processes that nobody has outside: what a script keeps of `$$` or `$PPID` (`kill $PPID` in MAKE) is
 * not to be somebody else's there, and least of all 1. pid_namespaces(7), ns_last_pid.
 */
const HIGH_NUMBERS =
  '{ read -r most </proc/sys/kernel/pid_max && echo $((most - 2000)) >/proc/sys/kernel/ns_last_pid; } 2>/dev/null; ';

let namespace: Promise<readonly string[]> | undefined;

/** The words that put a program into a pid namespace; none where the system gives none. */
function findNamespace(): Promise<readonly string[]> {
  namespace ??= (async () => {
    for (const words of NAMESPACES) {
      const [program, ...args] = words;
      const works = await run(program, [...args, 'true'], { timeoutSeconds: 5 }).then(
        () => true,
        () => false,
      );
      if (works) return words;
    }
    return [];
  })();
  return namespace;
}

/**
 * As run(), for a stranger's script: its parent is a shell of its own and not us, and nothing that it
 * starts outlives the call. `scratch` is a directory of this call alone: without a pid namespace what works
 * in there is found by it, and by a mark in the environment.
 */
export async function runConfined(
  program: string,
  args: readonly string[],
  options: RunOptions & { readonly scratch: string },
): Promise<RunResult> {
  const words = await findNamespace();
  const mark = randomBytes(12).toString('hex');
  // `; exit`: without it bash would make itself into the program, which would have us as its parent.
  const script = `${words.length > 0 ? HIGH_NUMBERS : ''}( "$@"; exit $? ); exit $?`;
  const shell = ['bash', '--norc', '--noprofile', '-c', script, 'dkms-deb'];
  const [first = 'bash', ...rest] = [...words, ...shell, program, ...args];
  try {
    return await run(first, rest, { ...options, env: { ...options.env, [MARK]: mark } });
  } finally {
    if (words.length === 0) await endMarked(`${MARK}=${mark}`, options.scratch);
  }
}

/** Ends what bears the mark, or works in `scratch`; and what that has started in the meantime. */
export async function endMarked(mark: string, scratch: string): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const found = await findMarked(mark, scratch);
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
  }
}

async function findMarked(mark: string, scratch: string): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      if (pid === process.pid) return false;
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      if (environment.split('\0').includes(mark)) return true;
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      return cwd === scratch || cwd.startsWith(`${scratch}/`);
    }),
  );
  return pids.filter((_, i) => found[i]);
}
