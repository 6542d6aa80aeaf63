import type { ElfFile } from './elf-file.ts';

const SHT_NOTE = 7;
const NT_GNU_BUILD_ID = 3;

/**
 * Returns the build id of an ELF file in hex; undefined if it has none (elf(5), "Notes"; `ld --build-id`). The note
 * with the build id has a section of its own, or is one of several notes in a section (`.notes` of vmlinux).
 */
export function buildIdOf(elf: ElfFile): string | undefined {
  for (const { type, content } of elf.sections) {
    if (type !== SHT_NOTE) continue;
    let at = 0;
    while (at + 12 <= content.length) {
      const [nameSize = 0, size = 0, kind] = [0, 4, 8].map((i) => elf.number(content, at + i, 4));
      const name = at + 12;
      const start = name + roundUp(nameSize);
      const end = start + size;
      if (end > content.length) break;
      const isGnu = content.toString('latin1', name, name + nameSize) === 'GNU\0';
      if (isGnu && kind === NT_GNU_BUILD_ID && size > 0) {
        return content.toString('hex', start, end);
      }
      at = start + roundUp(size);
    }
  }
  return undefined;
}

/** Rounds a number up to a multiple of 4, because the names and contents of notes begin at such offsets. */
function roundUp(size: number): number {
  return Math.ceil(size / 4) * 4;
}
