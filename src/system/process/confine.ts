import { randomBytes } from 'node:crypto';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { type RunOptions, type RunResult, run } from './run.ts';

/**
 * The environment variable by which the descendants of a confined program are found. They inherit the variable unless
 * they unset it.
 */
const MARK = 'DKMS_DEB_CONFINED';

/**
 * Commands that start a program in its own pid namespace. When the program ends, all its descendants end, even the ones
 * in another session. The first command needs root. The second one uses a user namespace, which some systems forbid
 * (unshare(1)).
 */
const NAMESPACES = [
  ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--'],
  [
    ...['unshare', '--user', '--map-current-user', '--pid', '--fork', '--kill-child'],
    ...['--mount-proc', '--'],
  ],
] as const;

/**
 * A shell command. After it, new processes in the namespace get pids near the maximum, if the system allows that. A
 * script may kill `$PPID`, or a pid that it has stored, and must not hit another process of the namespace, or pid 1.
 * See ns_last_pid in pid_namespaces(7).
 */
const HIGH_NUMBERS =
  '{ read -r most </proc/sys/kernel/pid_max && echo $((most - 2000)) >/proc/sys/kernel/ns_last_pid; } 2>/dev/null; ';

let namespace: Promise<readonly string[]> | undefined;

/**
 * Returns the words of a command that starts a program in a pid namespace. Returns [] if the system allows no such
 * namespace.
 */
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
 * Runs an untrusted script, as run() runs a program. The parent of the script is a shell, not this process. In a pid
 * namespace no descendant of the script outlives the call. Without a namespace, a descendant is ended only if its
 * working directory is in `scratch`, or if its environment still has a mark. So only this call may use `scratch`.
 */
export async function runConfined(
  program: string,
  args: readonly string[],
  options: RunOptions & { readonly scratch: string },
): Promise<RunResult> {
  const words = await findNamespace();
  const mark = randomBytes(12).toString('hex');
  // Without `; exit $?`, bash would replace itself by the program, and this process would become the parent of the
  // program.
  const script = `${words.length > 0 ? HIGH_NUMBERS : ''}( "$@"; exit $? ); exit $?`;
  const shell = ['bash', '--norc', '--noprofile', '-c', script, 'dkms-deb'];
  const [first = 'bash', ...rest] = [...words, ...shell, program, ...args];
  try {
    return await run(first, rest, { ...options, env: { ...options.env, [MARK]: mark } });
  } finally {
    if (words.length === 0) await endMarked(`${MARK}=${mark}`, options.scratch);
  }
}

/**
 * Kills the processes that have the mark, or whose working directory is in `scratch`. Repeats this, at most 20 times,
 * because a process may have started others meanwhile.
 */
export async function endMarked(mark: string, scratch: string): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const found = await findMarked(mark, scratch);
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // The process has already ended.
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
