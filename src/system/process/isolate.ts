import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryParent } from './cleanup.ts';
import { type RunOptions, type RunResult, run } from './run.ts';

/** What a program of a stranger may have (prlimit(1)): no core, little memory, few files and processes. */
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
 * For sh in new namespaces: makes all mounts read-only but the first argument, hides the sockets in /run, and
 * goes on as nobody (the mounts' own options stay, as a user namespace may not drop them).
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
# Of mounts above one another the last is the one that is seen.
awk -v own="$scratch" '{ seen[$5] = $6 } END { for (mount in seen)
  if (mount != own && seen[mount] ~ /^rw/) exit 1 }' /proc/self/mountinfo || exit 125
# By its path it is below the mount that may be written to.
cd "$place" || exit 125
set -- --no-new-privs --inh-caps=-all --bounding-set=-all -- "$@"
if chown -R 65534:65534 "$scratch" 2>/dev/null; then
  set -- --reuid=65534 --regid=65534 --clear-groups "$@"
fi
exec setpriv "$@"
`;

/** A way to run a program apart from the rest of the machine. */
interface Isolation {
  /** For people, after "evaluated". */
  readonly says: string;
  words(scratch: string): readonly string[];
}

/**
 * Namespaces of its own for processes, network, mounts and IPC (namespaces(7)): every file system is there
 * to be read only, but `scratch`; then it runs as nobody, or without capabilities. ISOLATE does it.
 */
const unshared = (words: readonly string[]): Isolation => ({
  says: 'in namespaces of its own: no network, nothing to write to',
  words: (scratch) => [
    'unshare',
    ...words,
    ...['--pid', '--fork', '--kill-child', '--mount-proc', '--net', '--ipc', '--uts', '--'],
    ...['sh', '-c', ISOLATE, 'isolate', scratch],
  ],
});

const BUBBLEWRAP: Isolation = {
  says: 'by bubblewrap: no network, nothing to write to',
  words: (scratch) => [
    ...['bwrap', '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
    ...['--bind', scratch, scratch, '--unshare-all', '--die-with-parent', '--new-session'],
    ...['--cap-drop', 'ALL', '--'],
  ],
};

const LIMITS_ONLY: Isolation = {
  says: 'with limits only: this system gives no namespaces',
  words: () => [],
};

let found: Promise<Isolation> | undefined;

/** The best that this system allows; it is tried: nothing can be written, and there is no network. */
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

/** The program in it may write into `scratch` and nowhere else, and has no way out into a network. */
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
 * As run(), for a program that nobody trusts: apart from the machine as far as this system allows
 * (findIsolation), and with limits everywhere. It may only write into `scratch`.
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
