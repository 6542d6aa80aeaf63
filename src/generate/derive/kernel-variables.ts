import type { SourceFile } from '../facts/sources.ts';

/** A variable of a driver's own makefile that says which kernel, and what DKMS is to give it. */
export interface KernelVariable {
  readonly name: string;
  /** In dkms.conf's words: `$kernelver`, `$kernel_source_dir`, `/lib/modules/$kernelver`. */
  readonly value: string;
  /** "Makefile:3". */
  readonly from: string;
}

const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*[:?]?:?=[ \t]*(\S.*?)[ \t]*(?:#.*)?$/;
const RELEASE = String.raw`\$[({]shell[ \t]+uname[ \t]+-r[ \t]*[)}]`;

/**
 * The variables of a makefile that lead to the running kernel (`KDIR ?= /lib/modules/$(shell uname
 * -r)/build`): given on make's command line they lead to any other. In the order of the file.
 */
export function kernelVariables(makefile: SourceFile): KernelVariable[] {
  const found = new Map<string, KernelVariable>();
  const releases = new Set<string>();
  for (const [index, line] of makefile.text.split('\n').entries()) {
    const [, name, value] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined || value === undefined || found.has(name)) continue;
    const told = valueFor(name, value, releases);
    if (told === undefined) continue;
    if (told === '$kernelver') releases.add(name);
    found.set(name, { name, value: told, from: `${makefile.path}:${index + 1}` });
  }
  return [...found.values()];
}

function valueFor(name: string, text: string, releases: ReadonlySet<string>): string | undefined {
  const variables = [...releases].map((release) => String.raw`\$[({]${release}[)}]`);
  const release = `(?:${[RELEASE, ...variables].join('|')})`;
  if (new RegExp(`^${release}$`).test(text)) {
    return releases.has(name) ? undefined : '$kernelver';
  }
  if (new RegExp(`^"?/(?:usr/)?lib/modules/${release}/(?:build|source)/?"?$`).test(text)) {
    return '$kernel_source_dir';
  }
  if (new RegExp(`^"?/(?:usr/)?lib/modules/${release}/?"?$`).test(text)) {
    return '/lib/modules/$kernelver';
  }
  if (new RegExp(`^/usr/src/linux-headers-${release}/?$`).test(text)) return '$kernel_source_dir';
  // A literal path of somebody's own machine, in a variable whose name says what it is.
  if (
    /^(?:KDIR|KERNEL_?DIR|KERNEL_?SRC|KSRC|KERNEL_PATH|KBUILD|LINUX_SRC|BUILD_KERNEL_DIR)$/.test(
      name,
    ) &&
    /^\/(?:usr\/src|lib\/modules)\/[^$]*$/.test(text)
  ) {
    return '$kernel_source_dir';
  }
  return undefined;
}
