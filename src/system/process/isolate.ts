import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryParent } from './cleanup.ts';
import { type RunOptions, type RunResult, run } from './run.ts';

/**
 * The limits for an untrusted program (prlimit(1)): no core file, little time and memory, few and small files, few
 * processes.
 */
const LIMITS = [
  'prlimit',
  '--core=0',
  '--cpu=30',
  '--as=1073741824',
  '--fsize=33554432',
  '--nofile=256',
  '--nproc=512',
  '--',
];

/**
 * A script that sh runs in new namespaces. It makes all mounts read-only, except the directory in its first argument,
 * and hides the sockets in /run. Then it runs its other arguments as the user nobody, or without
 * capabilities if it cannot become nobody. Mounts keep their other options,
 * because a user namespace must not remove them (mount_namespaces(7)).
 */
const ISOLATE = `
scratch=$(cd "$1" && pwd -P) && place=$(pwd -P) || exit 125
shift
mount --make-rprivate / && mount --bind "$scratch" "$scratch" || exit 125
mount -t tmpfs -o mode=755 none /run || exit 125
cut -d ' ' -f 5,6 /proc/self/mountinfo | while read -r mount options; do
  mount=$(printf %b "$mount")
  [ "$mount" = "$scratch" ] || mount -o "remount,bind,ro,\${options#r?,}" "$mount" 2>/dev/null
done
# If several mounts have the same mount point, only the last one is visible.
awk -v own="$scratch" '{ seen[$5] = $6 } END { for (mount in seen)
  if (mount != own && seen[mount] ~ /^rw/) exit 1 }' /proc/self/mountinfo || exit 125
# The old working directory is still on the read-only mount; the path leads to the writable one.
cd "$place" || exit 125
set -- --no-new-privs --inh-caps=-all --bounding-set=-all -- "$@"
if chown -R 65534:65534 "$scratch" 2>/dev/null; then
  set -- --reuid=65534 --regid=65534 --clear-groups "$@"
fi
exec setpriv "$@"
`;

/** How a program is isolated from the rest of the machine. */
interface Isolation {
  /** A phrase for messages, after the word "evaluated". */
  readonly says: string;
  words(scratch: string): readonly string[];
}

/**
 * Returns an isolation with namespaces for processes, network, mounts and IPC (namespaces(7)). All file systems are
 * read-only except `scratch`. The program runs as the user nobody, or without capabilities (see ISOLATE).
 */
const unshared = (words: readonly string[]): Isolation => ({
  says: 'in its own namespaces: no network, read-only files',
  words: (scratch) => [
    'unshare',
    ...words,
    ...['--pid', '--fork', '--kill-child', '--mount-proc', '--net', '--ipc', '--uts', '--'],
    ...['sh', '-c', ISOLATE, 'isolate', scratch],
  ],
});

const BUBBLEWRAP: Isolation = {
  says: 'in bubblewrap: no network, read-only files',
  words: (scratch) => [
    ...['bwrap', '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
    ...['--bind', scratch, scratch, '--unshare-all', '--die-with-parent', '--new-session'],
    ...['--cap-drop', 'ALL', '--'],
  ],
};

const LIMITS_ONLY: Isolation = {
  says: 'with resource limits only: this system does not allow namespaces',
  words: () => [],
};

let found: Promise<Isolation> | undefined;

/** Returns the best isolation that this system allows. Tries the isolations in turn, once in a process. */
export function findIsolation(): Promise<Isolation> {
  found ??= (async () => {
    const candidates = [
      unshared(['--mount']),
      unshared(['--user', '--map-root-user', '--mount']),
      BUBBLEWRAP,
    ];
    for (const candidate of candidates) if (await works(candidate)) return candidate;
    return LIMITS_ONLY;
  })();
  return found;
}

/** Whether an isolation works: a program in it can write only into `scratch`, and has no network except loopback. */
async function works(isolation: Isolation): Promise<boolean> {
  const scratch = await mkdtemp(join(temporaryParent(), 'dkms-deb-isolate-'));
  const outside = await mkdtemp(join(temporaryParent(), 'dkms-deb-isolate-'));
  const probe = `touch "$1/inside" && ! touch "$2/outside" 2>/dev/null &&
    ! grep -qv -e '|' -e '^ *lo:' /proc/net/dev`;
  try {
    const [program = '', ...args] = isolation.words(scratch);
    await run(program, [...args, ...LIMITS, 'sh', '-c', probe, 'probe', scratch, outside], {
      timeoutSeconds: 10,
    });
    return true;
  } catch {
    return false;
  } finally {
    for (const directory of [scratch, outside])
      await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Runs an untrusted program as run() does, but in the best isolation that this system allows (findIsolation), and
 * always with resource limits. If the system allows isolation, the program can write only into `scratch`.
 */
export async function runIsolated(
  program: string,
  args: readonly string[],
  options: RunOptions & { readonly scratch: string },
): Promise<RunResult> {
  const isolation = await findIsolation();
  const [first = '', ...rest] = [...isolation.words(options.scratch), ...LIMITS, program, ...args];
  return run(first, rest, options);
}
