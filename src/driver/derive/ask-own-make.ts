import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import { DkmsDebError } from '../../errors.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { runConfined } from '../../system/process/confine.ts';
import { isEndless } from '../../system/process/is-endless.ts';
import { READING_TOGETHER } from '../../system/process/limits.ts';
import { isFullDisk, refuseFullDisk } from '../../system/process/no-room.ts';
import { ANY_STATUS } from '../../system/process/run.ts';
import { shellWord } from '../../system/text/shell-word.ts';
import { modulesOf, type NamedModule } from './kbuild-question.ts';
import { makeStandIns, NO_KERNEL, type StandIns } from './stand-ins.ts';
import { commandOf } from './way.ts';
import { firstError } from './words-of.ts';

/** The modules that kbuild would build if make ran a makefile of the driver. */
export interface OwnAnswer {
  readonly modules: readonly NamedModule[];
  /** The first error of make (firstError). It means something only if there are no modules. */
  readonly failure: string;
  /** Whether the makefile would install or load something in this call of make. The call then is not used to build. */
  readonly installs: boolean;
  /** Whether make was stopped because it did not end within the time limit. */
  readonly endless: boolean;
}

/**
 * The time limit in seconds for one call of make. A makefile that tests the compiler and the kernel takes seconds. A
 * makefile that waits for something would otherwise use up the time of all other calls.
 */
const SECONDS = 10;
const MOST_OUTPUT = 16 * 1024 * 1024;

/** A copy of a tree in which make can run a makefile of the driver without compiling anything. */
export interface AskableTree {
  readonly copy: string;
  readonly scratch: string;
  readonly kernel: EvaluationContext['kernel'];
  readonly standIns: StandIns;
  ask(
    make: string | undefined,
    options: { sourceRoot: string; seconds: number },
  ): Promise<OwnAnswer>;
}

/**
 * Prepares `copy` so that make can run a makefile of the driver in it without harm. Writes scripts into `scratch` that
 * replace make, uname and programs such as modprobe and depmod.
 */
export async function askableTree(
  copy: string,
  scratch: string,
  kernel: EvaluationContext['kernel'],
): Promise<AskableTree> {
  const standIns = await makeStandIns(scratch, kernel);
  const { machine, make: shims, variables } = standIns;
  let asked = 0;
  return {
    copy,
    scratch,
    kernel,
    standIns,
    async ask(make, { sourceRoot, seconds }) {
      const record = join(scratch, `record-${asked++}`);
      await writeFile(record, '');
      const build = join(copy, sourceRoot);
      const env = {
        ...variables,
        kernelver: kernel.release,
        kernel_source_dir: kernel.directory,
        arch: kernel.machine,
        TMPDIR: scratch,
        DKMS_DEB_COPY: copy,
        DKMS_DEB_RECORD: record,
        DKMS_DEB_UNAME: NO_KERNEL,
      };
      const command = commandOf(make, 1);
      const script = `ulimit -c 0 -d 524288; PATH=${shellWord(shims)}:${shellWord(machine)}:$PATH; build=${shellWord(build)}; ${command}`;
      let failure = '';
      let endless = false;
      try {
        const { output } = await runConfined('bash', ['--norc', '-c', script], {
          scratch,
          together: READING_TOGETHER,
          maximumOutput: MOST_OUTPUT,
          cwd: build,
          env,
          timeoutSeconds: Math.max(1, Math.min(SECONDS, seconds)),
          accept: ANY_STATUS,
        });
        refuseFullDisk(output);
        failure = firstError(output).replaceAll(`${copy}/`, '');
      } catch (error) {
        if (!(error instanceof DkmsDebError) || isFullDisk(error)) throw error;
        failure = error.message;
        endless = isEndless(error);
      }
      const answers = await readFile(record, 'utf8');
      const modules = modulesOf(answers, build);
      return { modules, failure, installs: /^installs=/m.test(answers), endless };
    },
  };
}

/** Makes a directory that a makefile accepts as the headers of a kernel. */
export async function makeStubHeaders(directory: string): Promise<void> {
  for (const folder of ['include/linux', 'include/generated', 'include/config', 'scripts']) {
    await makeDirectory(join(directory, folder));
  }
  for (const file of [
    '.config',
    '.dkms-deb-stub',
    'Makefile',
    'include/config/auto.conf',
    'include/generated/autoconf.h',
    'include/generated/utsrelease.h',
    'include/linux/version.h',
  ]) {
    await writeFile(join(directory, file), '');
  }
}
