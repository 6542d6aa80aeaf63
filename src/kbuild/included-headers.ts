import type { Generators } from './generators.ts';
import { includeLines } from './include-lines.ts';
import type { MakePlace } from './make-variables.ts';
import { normalize, type SourceFiles } from './source-files.ts';

/**
 * Matches names in an #include that begin with a directory of the kernel: of its include/, of arch/…/include/, or of
 * its source. Such a name belongs to a header of the kernel.
 */
const KERNELS =
  /^(?:\.\.\/)*(?:acpi|asm|asm-generic|clocksource|crypto|cxl|drm|dt-bindings|generated|hyperv|keys|kunit|kvm|linux|math-emu|media|memory|misc|net|pcmcia|ras|rdma|rv|scsi|soc|sound|target|trace|uapi|ufs|vdso|video|xen|arch|drivers|fs|kernel|mm|sound|security|block|lib|init|config)\//;
/**
 * Matches headers of the compiler, and old names of headers that the kernel generates. A tree need not have such
 * headers.
 */
const COMPILERS =
  /^(?:std\w+|limits|float|iso646|varargs|unwind|cpuid|altivec|arm_\w+|\w*intrin|arch_\w+|autoconf|utsrelease|version|compile|config|generated\/.*)\.h$/;
/** At most this many files are read for #include lines. The #include lines of all other files are ignored. */
const MOST_FILES = 20_000;

/** A header that a needed source includes, but that does not exist. */
export interface MissingHeader {
  readonly name: string;
  readonly place: MakePlace;
  readonly unsure: boolean;
}

/**
 * A source file, and the directories of the source tree that the -I and -isystem options of its makefile name, in the
 * order of the options.
 */
export interface ScannedSource {
  readonly path: string;
  readonly search: readonly string[];
  readonly unsure: boolean;
}

/**
 * Returns the headers that the sources include, directly or through other headers, but that the source tree does not
 * have. A directory of -I may be unknown, because a command computes it. So a header counts as existing if any path in
 * the tree ends with its name. Headers of the kernel and the compiler, headers in conditions, and headers that the
 * build may generate are left out.
 */
export function missingHeaders(
  sources: readonly ScannedSource[],
  files: SourceFiles,
  generators: Generators,
): MissingHeader[] {
  const missing = new Map<string, MissingHeader>();
  const seen = new Set<string>();
  // The files that are certainly needed are read first, because an uncertain file may include the same headers.
  const waiting = sources.filter(({ unsure }) => !unsure);
  const later = sources.filter(({ unsure }) => unsure);
  const take = () => waiting.pop() ?? later.pop();
  for (let next = take(); next !== undefined; next = take()) {
    const { path, search, unsure } = next;
    if (seen.has(path) || seen.size >= MOST_FILES) continue;
    seen.add(path);
    for (const { name, line, always } of includeLines(files.text(path) ?? '')) {
      const from = path.includes('/') ? path.replace(/[^/]*$/, '') : '';
      const exact = [from, ...search.map((one) => `${one}/`)]
        .map((directory) => normalize(directory + name))
        .find((candidate) => files.hasFile(candidate));
      const found = exact === undefined ? files.endingWith(name).slice(0, 3) : [exact];
      const sure = always && exact !== undefined && !unsure;
      for (const one of found) (sure ? waiting : later).push({ path: one, search, unsure: !sure });
      if (found.length > 0 || !always || KERNELS.test(name) || COMPILERS.test(name)) continue;
      if (missing.has(name) || generators.mayMake([name])) continue;
      missing.set(name, { name, place: { file: path, line }, unsure });
    }
  }
  return [...missing.values()];
}
