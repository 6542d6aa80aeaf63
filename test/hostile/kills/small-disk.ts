import { mkdir, rename, rm } from 'node:fs/promises';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
import type { Command } from './commands.ts';
import { type Played, play } from './play.ts';
import type { Stage } from './stage.ts';

const NAMESPACES = [
  ['unshare', '--mount', '--'],
  ['unshare', '--user', '--map-root-user', '--mount', '--'],
] as const;

/**
 * For sh in a mount namespace of its own: a small tmpfs with what was there before in it; what it has in
 * the end is kept outside.
 */
const SMALL = `
place=$1 options=$2 keep=$3; shift 3
cp -a "$place" "$keep" && mount --make-rprivate / && mount -t tmpfs -o "mode=755,\${options#ro,}" none "$place" || exit 125
cp -a "$keep/." "$place" || exit 125
rm -rf "$keep"
case $options in ro,*) mount -o remount,ro "$place" || exit 125;; esac
"$@"
status=$?
mkdir "$keep" && cp -a "$place/." "$keep" || exit 125
exit $status`;

/** The words that give a namespace in which a file system can be mounted, as root or as anybody. */
async function mountNamespace(): Promise<readonly string[]> {
  for (const words of NAMESPACES) {
    const [program = '', ...args] = words;
    const mount = ['sh', '-c', 'mount --make-rprivate / && mount -t tmpfs none /mnt'];
    const tried = await run(program, [...args, ...mount], { accept: ANY_STATUS });
    if (tried.exitStatus === 0) return words;
  }
  throw new Error('this system gives no mount namespace: full disks cannot be tried');
}

let namespace: Promise<readonly string[]> | undefined;

export type Place = 'tmp' | 'out' | 'cache' | 'home' | 'tree';

/** Runs a command while one of its directories is a file system of its own, mounted with `options`. */
export async function playOnDisk(
  stage: Stage,
  command: Command,
  place: Place,
  options: string,
): Promise<Played> {
  namespace ??= mountNamespace();
  const keep = `${stage.directory}/kept`;
  const under = [...(await namespace), 'sh', '-c', SMALL, 'small', stage[place], options, keep];
  const env = place === 'home' ? { XDG_CACHE_HOME: '' } : {};
  const played = await play(stage, command.args(stage), { under, env });
  if (played.status === 125) throw new Error(`no small disk at ${place}: ${played.stderr}`);
  await rm(stage[place], { recursive: true, force: true });
  await rename(keep, stage[place]).catch(() => mkdir(stage[place]));
  return played;
}
