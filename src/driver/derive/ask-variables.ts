import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import { DkmsDebError } from '../../errors.ts';
import { runConfined } from '../../system/process/confine.ts';
import { READING_LIMITS } from '../../system/process/limits.ts';
import type { AskableTree } from './ask-own-make.ts';
import type { Makefile } from './find-makefiles.ts';
import type { KernelVariable } from './kernel-variables.ts';

/**
 * A makefile that prints variables with their values. It expands only variables that may contain the release or the
 * directory of the kernel. Expanding another variable may run a program, or end make with $(error).
 */
const QUESTION = `
dkms_deb_may = $(findstring uname,$(value $1))$(findstring lib/modules,$(value $1))$(findstring /usr/src,$(value $1))$(findstring $(DKMS_DEB_UNAME),$(value $1))
$(foreach dkms_deb_name,$(.VARIABLES),$(if $(filter file override,$(origin $(dkms_deb_name))),$(if $(call dkms_deb_may,$(dkms_deb_name)),$(info dkms-deb-variable=$(dkms_deb_name)=$($(dkms_deb_name))))))
.PHONY: dkms-deb-ask
dkms-deb-ask: ; @:
`;
/** Matches names of variables that contain the path of a directory to install to. */
const DESTINATION = /INST|DEST|PREFIX|MOD_?DIR|MOD_?PATH|MODULES?_?(?:DIR|PATH)|TARGET_?DIR/i;

/**
 * Returns the variables whose whole value is one of these: the release of the kernel, the directory of its headers, the
 * directory of its modules. make first reads the makefile and all files that the makefile includes. Variables with
 * directories to install to are left out. Returns none if make fails. The time limit is `seconds`, 10 at most.
 */
export async function askVariables(
  makefile: Makefile,
  { copy, kernel, standIns, scratch }: AskableTree,
  seconds: number,
): Promise<KernelVariable[]> {
  try {
    const { stdout } = await runConfined(
      'make',
      ['-s', '-f', basename(makefile.path), '-f', '-', 'dkms-deb-ask'],
      {
        scratch,
        cwd: join(copy, dirname(makefile.path)),
        input: QUESTION,
        env: {
          PATH: `${standIns.machine}:${process.env.PATH ?? '/usr/bin:/bin'}`,
          TMPDIR: scratch,
          DKMS_DEB_UNAME: kernel.release,
          DKMS_DEB_RECORD: '',
        },
        timeoutSeconds: Math.min(10, seconds),
        ...READING_LIMITS,
      },
    );
    const real = await realpath(kernel.directory).catch(() => kernel.directory);
    const found: KernelVariable[] = [];
    for (const [, name = '', text = ''] of stdout.matchAll(/^dkms-deb-variable=(\w+)=(.*)$/gm)) {
      if (DESTINATION.test(name)) continue;
      const value = await dkmsWords(text.trim().replace(/^"(.*)"$/, '$1'), kernel, real);
      if (value !== undefined) found.push({ name, value, from: makefile.path, kind: 'follows' });
    }
    return found;
  } catch (error) {
    // Some makefiles stop if they find no headers. Then only the variables that kernelVariables finds in their text are
    // used.
    if (error instanceof DkmsDebError) return [];
    throw error;
  }
}

async function dkmsWords(
  text: string,
  kernel: EvaluationContext['kernel'],
  real: string,
): Promise<string | undefined> {
  if (text === kernel.release) return '$kernelver';
  if (!text.startsWith('/') || /\s/.test(text)) return undefined;
  const path = text.replace(/\/+$/, '');
  if (/^(?:\/usr)?\/lib\/modules\/[^/]+$/.test(path)) {
    return basename(path) === kernel.release ? '/lib/modules/$kernelver' : undefined;
  }
  const same = path === kernel.directory || (await realpath(path).catch(() => '')) === real;
  return same ? '$kernel_source_dir' : undefined;
}
