import type { KbuildAnswer } from './ask-kbuild.ts';
import { NO_KERNEL } from './stand-ins.ts';
import { BUILD, OTHER_UNAME, type Way } from './way.ts';

/**
 * Matches errors of make that a missing file outside of the folder may cause. After such an error, the whole tree is
 * tried as the source.
 */
const MISSING = /No such file|No rule to make|not found|cannot/i;
/** Matches errors of make with the path of the running kernel. These errors show that a makefile calls uname. */
const RUNNING_KERNEL = new RegExp(`/lib/modules/|${NO_KERNEL}`);

/**
 * Returns the ways to build a folder with kbuild alone: with the default command of DKMS; with the whole tree as the
 * source, for a folder that needs files outside of it; and with a replacement of `uname`, for makefiles that call
 * `uname`. With `onlyWhole`, the source is always the whole tree.
 */
export function kbuildWays(
  folder: string,
  answer: KbuildAnswer,
  options: { asksUname: boolean; onlyWhole: boolean },
): Way[] {
  if (answer.modules.length === 0) return [];
  const from = `obj-m, as kbuild reads ${folder === '' ? 'the tree' : `${folder}/`}`;
  const inside: Way = { sourceRoot: folder, make: undefined, modules: answer.modules, from };
  const path = folder === '' ? BUILD : `${BUILD}/${folder}`;
  const below = answer.modules.map((module) => ({
    ...module,
    folder: [folder, module.folder].filter((part) => part !== '').join('/'),
  }));
  const make = `make -C $kernel_source_dir M=${path}`;
  const whole: Way = { sourceRoot: '', make, modules: below, from, after: MISSING };
  const other: Way = {
    sourceRoot: '',
    make: `${OTHER_UNAME}'make' -j$(nproc) -C $kernel_source_dir M=${path}`,
    modules: below,
    from: `${from}, with a replacement of uname that prints the release of the kernel`,
    after: RUNNING_KERNEL,
  };
  return [
    ...(options.onlyWhole && folder !== '' ? [{ ...whole, after: undefined }] : [inside]),
    ...(folder === '' || options.onlyWhole ? [] : [whole]),
    ...(options.asksUname ? [other] : []),
  ];
}
