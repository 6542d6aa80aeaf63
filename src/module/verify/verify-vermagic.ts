import type { KernelConfig } from '../../kernel/config.ts';
import type { ElfFacts } from '../format/module-facts.ts';
import { error, type Finding, ok, unchecked } from './finding.ts';
import type { VerifyAgainst } from './verify-against.ts';

/** The words of a vermagic that follow from the kernel's configuration. An architecture may add others. */
const KNOWN = /^(SMP|preempt|preempt_rt|mod_unload|modversions)$/;

/**
 * Checks the vermagic of a module: the release of the kernel, and the words after it. The kernel compares the words as
 * text, and the release, too, unless the module has CRCs (kernel/module/version.c, same_magic). Here another release is
 * always an error, because the module is for the kernel of its directory.
 */
export function verifyVermagic(elf: ElfFacts, against: VerifyAgainst): Finding[] {
  const vermagic = elf.modinfo.first('vermagic')?.trim();
  if (vermagic === undefined || vermagic === '') {
    return [error('no-vermagic', 'it has no vermagic')];
  }
  const [release = '', ...words] = vermagic.split(/\s+/);
  if (against.release !== undefined && release !== against.release) {
    return [error('wrong-vermagic', `it was built for kernel ${release}, not ${against.release}`)];
  }
  if (against.config === undefined || against.config.size === 0) {
    const message = `vermagic "${vermagic}": checking the words after the release needs the kernel's configuration`;
    return [unchecked('vermagic', message)];
  }
  const wanted = vermagicWords(against.config);
  const known = words.filter((word) => KNOWN.test(word));
  if (alike(known, against.config) === alike(wanted, against.config))
    return [ok('vermagic', `vermagic ${vermagic}`)];
  return [
    error(
      'wrong-vermagic',
      `its vermagic has "${known.join(' ')}", the kernel's configuration gives "${wanted.join(' ')}"`,
    ),
  ];
}

/**
 * Returns the words that include/linux/vermagic.h puts into the vermagic for a configuration, without the release
 * and MODULE_ARCH_VERMAGIC.
 */
function vermagicWords(config: KernelConfig): string[] {
  const set = (name: string) => config.get(name) === 'y';
  const words: string[] = [];
  if (set('CONFIG_SMP')) words.push('SMP');
  if (set('CONFIG_PREEMPT_BUILD')) words.push('preempt');
  else if (set('CONFIG_PREEMPT_RT')) words.push('preempt_rt');
  if (set('CONFIG_MODULE_UNLOAD')) words.push('mod_unload');
  if (set('CONFIG_MODVERSIONS')) words.push('modversions');
  return words;
}

/**
 * Replaces `preempt_rt` by `preempt`, so that words can be compared: if a kernel has both PREEMPT settings, the version
 * of the kernel decides which of the two words is used.
 */
function alike(words: readonly string[], config: KernelConfig): string {
  const both = ['CONFIG_PREEMPT_BUILD', 'CONFIG_PREEMPT_RT'].every((s) => config.get(s) === 'y');
  return (both ? words.map((word) => word.replace('preempt_rt', 'preempt')) : words).join(' ');
}
