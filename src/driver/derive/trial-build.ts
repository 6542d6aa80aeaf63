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

/** A kernel for which make is run. If `tools` is set, its compiler is used instead of the compiler of the machine. */
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

/** The limits of a trial build in seconds. They do not depend on how busy the machine is. */
const LIMITS = {
  /** How long all processes of the build may sleep at the same time. */
  idle: 8,
  /**
   * The CPU time of a command that has compiled nothing. A driver may test the kernel for a long time before it
   * compiles.
   */
  withoutObjects: 30,
};

/** After this number of seconds, a trial build is ended early if it has made ENOUGH objects without an error. */
const PATIENCE = 15;
/** The number of objects that must have been made before a trial build is ended early. */
const ENOUGH = 5;

/**
 * Builds a copy of the tree with a command as in dkms.conf, and returns the modules. `uname -r` prints a release that
 * no kernel has. Programs that install or load something do nothing. If the command makes only objects, `expected` has
 * the modules to return.
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
    // These two steps run one after the other. If they ran together and one failed, the other would write into the
    // directory that is being removed.
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
          // Compilers need much memory. The limit of processes stops a make that calls itself endlessly.
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
      : { kind: 'failed', words: 'make ends without an error, but builds no module' };
  });
}

/** Returns the modules that kbuild linked. kbuild writes a .cmd file for each; a copy that a recipe made has none. */
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

/**
 * Whether kbuild has compiled a file: it writes a .cmd file for each object. The function is synchronous, because
 * `cpuSeconds` in tryBuild calls it, and must return a number, not a promise.
 */
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
    // The build has removed the directory.
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
  const began = performance.now();
  const timer = setInterval(async () => {
    if (performance.now() - began < PATIENCE * 1000) return;
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
