import { didYouMean } from '../system/text/did-you-mean.ts';
import { nearest } from '../system/text/nearest.ts';
import { architectureOf, KNOWN_ARCHITECTURES, machineOf } from './architecture.ts';

/** Other architectures of Debian, of Debian Ports and of dpkg's cputable that Linux runs on. */
const OTHER_ARCHITECTURES =
  'alpha arc arm armeb hppa ia64 m68k mips mips64 mips64r6 mips64r6el mipsr6 mipsr6el or1k powerpc powerpcspe riscv32 s390 sh4 sparc sparc64 x32'.split(
    ' ',
  );

/**
 * Returns the question of didYouMean for a word that is not Debian's name of an architecture. The question proposes
 * Debian's name, such as arm64 for aarch64. Returns '' if the word is Debian's name of an architecture, or is not
 * similar to a known name, because it may be the name of a new architecture.
 */
export function meantArchitecture(word: string): string {
  if (KNOWN_ARCHITECTURES.includes(word) || OTHER_ARCHITECTURES.includes(word)) return '';
  const lower = word.toLowerCase();
  const names = [...KNOWN_ARCHITECTURES, ...KNOWN_ARCHITECTURES.map(machineOf)];
  const meant = architectureOf(lower) ?? architectureOf(nearest(lower, names) ?? '');
  return meant === undefined ? '' : didYouMean(meant, [meant]);
}
