import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyEntries, writableMode } from '../dkms/source/copy-entries.ts';
import { listSourceTree } from '../dkms/source/source-tree.ts';
import { DkmsDebError } from '../errors.ts';
import { withTemporaryDirectory } from '../system/process/cleanup.ts';
import { READING_LIMITS } from '../system/process/limits.ts';
import { isFullDisk } from '../system/process/no-room.ts';
import { ANY_STATUS, run } from '../system/process/run.ts';
import type { LintedConf } from './text/rule.ts';

/**
 * The release that the replacement of uname prints. No kernel has it. If it is in the output of make, the makefile
 * builds for the running kernel.
 */
const RUNNING = '0.0.0-running-kernel';
const UNAME = `#!/bin/sh
case "$*" in
  -r | --kernel-release) echo ${RUNNING} ;;
  *) exec /usr/bin/env -i /bin/uname "$@" ;;
esac
`;

/** If the source has more bytes than this, it is not copied and make is not run. */
const MOST_BYTES = 64 * 1024 * 1024;
/**
 * Matches a MAKE that contains only one call of make, perhaps with variables before it. `make -n` then runs only other
 * calls of make, and the commands of `$(shell …)`. Other commands in MAKE itself would be run.
 */
const ONLY_MAKE = /^(?:\w+=[^\s;&|<>]*\s+)*'?make'?(?:\s[^;&|<>`]*)?$/;

/**
 * Returns whether MAKE would use the headers of the running kernel. MAKE is run with `make -n` in a copy of the source,
 * with the KERNELRELEASE that DKMS adds. A script that replaces `uname` prints a special release, and the output is
 * searched for this release. Returns false, and runs nothing, if no makefile calls `uname -r`, or if MAKE is not a
 * single call of make. Returns the reason as a text if the source is too large for a copy, or if MAKE does not end.
 */
export async function asksRunningKernel(root: string, conf: LintedConf): Promise<boolean | string> {
  const { evaluation, tree } = conf.context;
  const make = (evaluation?.conf?.make ?? evaluation?.evaluated.values.get('MAKE')?.get(0))?.trim();
  if (evaluation === undefined || tree?.complete !== true || !make) return false;
  const { release, directory } = evaluation.kernel;
  const asks = tree.makefiles.some(({ text }) => /^[^#\n]*\buname\s+-r/m.test(text));
  if (!asks || !ONLY_MAKE.test(make) || make.includes(`-C ${directory}`)) return false;
  return withTemporaryDirectory('lint', async (scratch) => {
    const copy = join(scratch, 'build');
    if (!(await copySource(root, copy))) return `the source has more than ${MOST_BYTES} bytes`;
    const bin = join(scratch, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'uname'), UNAME);
    await chmod(join(bin, 'uname'), 0o755);
    const { values } = evaluation.evaluated;
    const [name, version] = ['PACKAGE_NAME', 'PACKAGE_VERSION'].map(
      (directive) => values.get(directive)?.get(0) ?? '',
    );
    const command = make
      .replaceAll(`/var/lib/dkms/${name}/${version}/build`, copy)
      .replaceAll(`/usr/src/${name}-${version}`, copy)
      // KERNELRELEASE is added after the word `make`, as DKMS does (dkms.in, do_build).
      .replace(/^make/, `make KERNELRELEASE=${release}`);
    const { output, failure } = await ask(command, copy, bin);
    if (failure !== undefined) return failure;
    return new RegExp(`(?:-C ?|\\*\\*\\* )(?:/usr)?/lib/modules/${RUNNING}/`).test(output);
  });
}

/**
 * Runs `command` in the directory `cwd` with `make -n`, and with the programs of `bin` first in PATH. Returns the
 * output: the commands that make would run, and its errors. `failure` is set if the command cannot be run, or not within
 * 10 seconds.
 */
async function ask(
  command: string,
  cwd: string,
  bin: string,
): Promise<{ output: string; failure?: string }> {
  try {
    const { output } = await run('bash', ['--norc', '--noprofile', '-c', command], {
      cwd,
      env: { MAKEFLAGS: 'n', PATH: `${bin}:${process.env.PATH ?? '/usr/bin:/bin'}` },
      timeoutSeconds: 10,
      ...READING_LIMITS,
      accept: ANY_STATUS,
    });
    return { output };
  } catch (error) {
    if (!(error instanceof DkmsDebError) || isFullDisk(error)) throw error;
    return { output: '', failure: error.message };
  }
}

/** Copies the source to `copy`. Returns false, and copies nothing, if the source is larger than MOST_BYTES. */
async function copySource(root: string, copy: string): Promise<boolean> {
  const entries = await listSourceTree(root, { withForge: true });
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (size > MOST_BYTES) return false;
  await copyEntries(root, entries, copy, writableMode);
  return true;
}
