import { lineAt } from '../../facts/plain-text.ts';
import type { Makefile } from './find-makefiles.ts';

/** A variable in a makefile of a driver that selects the kernel, and the value that dkms.conf must give it. */
export interface KernelVariable {
  readonly name: string;
  /** The value that dkms.conf gives the variable: `$kernelver`, `$kernel_source_dir` or `/lib/modules/$kernelver`. */
  readonly value: string;
  /** Where the variable is set or used: "Makefile:3", or only "Makefile" if make printed the value (askVariables). */
  readonly from: string;
  /**
   * What shows that the variable selects the kernel. `asks`: its value calls uname, or is a path on the author's
   * machine. `follows`: its value is made from another of these variables that has the release. `named`: only its name.
   */
  readonly kind: 'asks' | 'follows' | 'named';
}

const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+|override[ \t]+)?([A-Za-z_]\w*)[ \t]*[:?]?:?=[ \t]*(\S.*?)[ \t]*(?:#.*)?$/;
const UNAME = String.raw`(?:/usr)?(?:/bin/)?uname[ \t]+(?:-r|--kernel-release)[ \t]*(?:2>[ \t]*/dev/null)?`;
const RELEASE = String.raw`(?:\$[({]shell[ \t]+${UNAME}[ \t]*[)}]|${'`'}${UNAME}${'`'})`;
/** Matches names of variables that makefiles use only for the source or build directory of the kernel. */
const DIRECTORY =
  /^(?:K|KERNEL|LINUX|LINUX_?KERNEL|BUILD_KERNEL|KERNEL_BUILD|KBUILD|LINUX_HEADERS?|KERNEL_HEADERS?)_?(?:DIR|DIRECTORY|SRC|SRCS|SRC_DIR|SOURCE|SOURCES|SOURCE_DIR|SRCDIR|SRC_PATH|PATH|ROOT|TREE|BUILD|BUILD_DIR|OBJ|LOC|HEADERS?)$|^(?:KERNELDIR|KERNELSRC|LINUXSRC|LINUXDIR|KBUILD|KDIST)$/;
/** Matches names of variables that makefiles use only for the release of the kernel. */
const VERSION =
  /^(?:K|KERNEL|LINUX|BUILD|TARGET|TARGET_KERNEL|BUILD_KERNEL|UNAME)_?(?:VER|VERS|VERSION|RELEASE|REL|KERNEL|R)$|^(?:KVERSION|UTS_?RELEASE|UNAME)$/;

/**
 * Returns the variables that select the running kernel (`KDIR ?= /lib/modules/$(shell uname -r)/build`). Variables
 * whose value shows this come first; then come variables for which only the name shows it. With the returned values on
 * the command line of make, the variables select the kernel of DKMS.
 */
export function kernelVariables(makefiles: readonly Makefile[]): KernelVariable[] {
  const found = new Map<string, KernelVariable>();
  const named = new Map<string, KernelVariable>();
  const releases = new Set<string>();
  // The files are read twice, because the file that uses a variable may come before the file that sets it.
  for (const _ of [1, 2]) {
    for (const makefile of makefiles) {
      for (const [index, line] of makefile.text.split('\n').entries()) {
        // A line that begins with a tab and has no blanks around `=` belongs to a recipe. Lines in conditionals may be
        // indented with tabs as well.
        if (/^\t\s*\w+=/.test(line)) continue;
        const from = `${makefile.path}:${index + 1}`;
        const [, name, value] = ASSIGNMENT.exec(line) ?? [];
        if (name === undefined || value === undefined || found.has(name)) continue;
        const told = valueFor(name, value, releases);
        if (told !== undefined) {
          if (told.value === '$kernelver') releases.add(name);
          found.set(name, { name, ...told, from });
        } else if (DIRECTORY.test(name) && !named.has(name)) {
          named.set(name, { name, value: '$kernel_source_dir', from, kind: 'named' });
        }
      }
    }
  }
  const rest = [...named.values(), ...mentioned(makefiles)].filter(({ name }) => !found.has(name));
  const once = new Map(rest.map((variable) => [variable.name, variable]));
  return [...found.values(), ...once.values()];
}

/**
 * Returns the variables that makefiles use and whose names alone show that they select the kernel, such as
 * `$(KERNEL_SRC)`. The makefiles may set them, too.
 */
function mentioned(makefiles: readonly Makefile[]): KernelVariable[] {
  return makefiles.flatMap(({ path, text }) =>
    [...text.matchAll(/\$[({]([A-Z]\w*)[)}]/g)].flatMap(({ 1: name = '', index }) => {
      const from = `${path}:${lineAt(text, index)}`;
      if (DIRECTORY.test(name)) {
        return [{ name, value: '$kernel_source_dir', from, kind: 'named' as const }];
      }
      return VERSION.test(name) && !/^(?:KERNELVERSION|KERNELRELEASE)$/.test(name)
        ? [{ name, value: '$kernelver', from, kind: 'named' as const }]
        : [];
    }),
  );
}

function valueFor(
  name: string,
  quoted: string,
  releases: ReadonlySet<string>,
): Pick<KernelVariable, 'value' | 'kind'> | undefined {
  const text = quoted.replace(/^(["'])(.*)\1$/, '$2');
  const told = (release: string, kind: KernelVariable['kind']) => {
    const is = (pattern: string) => new RegExp(`^(?:${pattern})$`).test(text);
    if (is(release)) return { value: '$kernelver', kind };
    if (is(`/(?:usr/)?lib/modules/${release}/(?:build|source)/?`)) {
      return { value: '$kernel_source_dir', kind };
    }
    if (is(`/(?:usr/)?lib/modules/${release}/?`)) return { value: '/lib/modules/$kernelver', kind };
    return is(`/usr/src/(?:linux-headers-|linux-|kernels/)${release}/?`)
      ? { value: '$kernel_source_dir', kind }
      : undefined;
  };
  const asked = told(RELEASE, 'asks');
  if (asked !== undefined) return asked;
  if (releases.size > 0) {
    const followed = told(String.raw`\$[({](?:${[...releases].join('|')})[)}]`, 'follows');
    if (followed !== undefined) {
      return releases.has(name) || text === `$(${name})` ? undefined : followed;
    }
  }
  // The value is a path on the author's machine. The name shows that the variable is for the directory of the kernel.
  return DIRECTORY.test(name) && /^\/(?:usr\/src|lib\/modules)\/[^$]*$/.test(text)
    ? { value: '$kernel_source_dir', kind: 'asks' }
    : undefined;
}
