import { type Dirent, readdirSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import { DkmsDebError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { walkTree } from '../../system/files/walk-tree.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { runConfined } from '../../system/process/confine.ts';
import { isFullDisk, refuseFullDisk } from '../../system/process/no-room.ts';
import { ANY_STATUS } from '../../system/process/run.ts';
import { shellWord } from '../../system/text/shell-word.ts';
import { copyTree } from './copy-tree.ts';
import type { NamedModule } from './kbuild-question.ts';
import { makeStandIns, NO_KERNEL } from './stand-ins.ts';
import { firstError } from './words-of.ts';

/** A kernel for which make is run. If `tools` is set, its compiler is not the machine's. */
export type TrialKernel = EvaluationContext['kernel'] & Pick<KernelHeaders, 'tools'>;

/**
 * The result of a trial build. `stopped`: the build was ended early, because enough files had been compiled without
 * an error; `objects` is their number. `unfinished`: the build did not end within the time limit.
 */
export type Outcome =
  | { readonly kind: 'built'; readonly modules: readonly NamedModule[] }
  | { readonly kind: 'failed'; readonly words: string }
  | { readonly kind: 'stopped'; readonly objects: number }
  | { readonly kind: 'unfinished' };

/** The limits of a trial build, in seconds. A busy machine does not change them. */
const LIMITS = {
  /** For how long all processes may sleep. */
  idle: 8,
  /** CPU time of a command that has compiled nothing. A driver may test the kernel for long before it compiles. */
  withoutObjects: 30,
};

/** A trial build without an error is ended early after this number of seconds, if it has made ENOUGH objects. */
const PATIENCE = 15;
/** The number of objects that must have been made before a trial build is ended early. */
const ENOUGH = 5;

/**
 * Builds a copy of the tree with a command as in dkms.conf, and returns the modules. `uname -r` prints a release
 * that no kernel has, and programs that install or load something do nothing. `expected` are the modules to return
 * for a command that only makes objects.
 */
export async function tryBuild(
  tree: string,
  command: string,
  kernel: TrialKernel,
  about: {
    readonly seconds: number;
    readonly expected?: readonly NamedModule[] | undefined;
    readonly limits?: typeof LIMITS;
  },
): Promise<Outcome> {
  const { seconds, expected, limits = LIMITS } = about;
  return withTemporaryDirectory('trial', async (scratch) => {
    const copy = join(scratch, 'tree');
    // One after the other: if one fails, the other must not write into the directory that is being removed.
    const { machine } = await makeStandIns(scratch, kernel);
    await copyTree(tree, copy);
    const env = {
      kernelver: kernel.release,
      kernel_source_dir: kernel.directory,
      arch: kernel.machine,
      TMPDIR: scratch,
      DKMS_DEB_UNAME: NO_KERNEL,
      DKMS_DEB_RECORD: '',
    };
    const watch = watchObjects(copy);
    const { tools } = kernel;
    const path = [machine, ...(tools ? [tools.path] : [])].map(shellWord).join(':');
    const script = `PATH=${path}:$PATH; build=${shellWord(copy)}; ${command}`;
    try {
      const { exitStatus, output } = await runConfined('bash', ['--norc', '-c', script], {
        scratch,
        together: {
          // Compilers need much; the number of processes stops a make that calls itself endlessly.
          memoryBytes: Number.POSITIVE_INFINITY,
          processes: 1000,
          idleSeconds: limits.idle,
          cpuSeconds: () => (hasObjects(copy) ? Number.POSITIVE_INFINITY : limits.withoutObjects),
        },
        cwd: copy,
        env,
        timeoutSeconds: seconds,
        accept: ANY_STATUS,
        signal: watch.signal,
      });
      if (exitStatus !== 0) {
        refuseFullDisk(output);
        return { kind: 'failed', words: firstError(output).replaceAll(`${copy}/`, '') };
      }
    } catch (error) {
      if (!(error instanceof DkmsDebError) || isFullDisk(error)) throw error;
      if (error.code === 'aborted') return { kind: 'stopped', objects: watch.objects() };
      return error.code === 'tool-timeout'
        ? { kind: 'unfinished' }
        : { kind: 'failed', words: error.message };
    } finally {
      watch.end();
    }
    if (expected !== undefined) return { kind: 'built', modules: expected };
    const modules = await builtModules(copy, kernel.release);
    return modules.length > 0
      ? { kind: 'built', modules }
      : { kind: 'failed', words: 'make succeeds, but makes no module' };
  });
}

/** Returns the modules that kbuild linked. They have a .cmd file; copies that a recipe made have none. */
async function builtModules(copy: string, release: string): Promise<NamedModule[]> {
  const entries = await walkTree(copy);
  const paths = new Set(entries.map(({ path }) => path));
  return entries.flatMap(({ path, type }) => {
    const name = basename(path, '.ko');
    if (type !== 'file' || !/(?:^|\/)\w[\w+.-]*\.ko$/.test(path) || name.includes(release))
      return [];
    const folder = dirname(path);
    if (!paths.has(posix.join(folder, `.${name}.ko.cmd`))) return [];
    return [{ name, folder: folder === '.' ? '' : folder }];
  });
}

/** Has kbuild compiled a file? It leaves a .cmd file for each object. Synchronous, for the watcher. */
function hasObjects(copy: string): boolean {
  const waiting = [copy];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const entry of entriesNow(path)) {
      if (isObject(entry.name)) return true;
      if (entry.isDirectory()) waiting.push(join(path, entry.name));
    }
  }
  return false;
}

function entriesNow(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    // The build has removed it.
    return [];
  }
}

function isObject(name: string): boolean {
  return /^\..*\.o\.cmd$/.test(name);
}

/** Aborts a long trial build when it has compiled enough files without an error. */
function watchObjects(copy: string) {
  const controller = new AbortController();
  let objects = 0;
  const began = Date.now();
  const timer = setInterval(async () => {
    if (Date.now() - began < PATIENCE * 1000) return;
    const entries = await walkTree(copy).catch(() => []);
    objects = entries.filter(({ name }) => isObject(name)).length;
    if (objects >= ENOUGH) controller.abort();
  }, 1000);
  return {
    signal: controller.signal,
    objects: () => objects,
    end: () => clearInterval(timer),
  };
}
