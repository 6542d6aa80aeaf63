import { join } from 'node:path';
import type { SourceFile } from '../facts/sources.ts';
import type { NamedModule } from './ask-kbuild.ts';
import { kernelVariables } from './kernel-variables.ts';

/** One way in which a tree may build. */
export interface Trial {
  readonly sourceRoot: string;
  /** MAKE of dkms.conf; undefined: DKMS's own. */
  readonly make: string | undefined;
  /** The same for a shell that has `kernelver`, `kernel_source_dir` and `build`. */
  readonly command: string;
  /** What kbuild named, where it was asked for this way. */
  readonly modules: readonly NamedModule[] | undefined;
  readonly from: string;
}

/** $dkms_tree/…/build, as dkms.conf files write it. */
const BUILD = '$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build';
/** What DKMS puts in the place of a leading `make` (dkms.in, read_conf). */
const PREFIX = 'make -j2 KERNELRELEASE=$kernelver';

/** The ways to try, the one that needs least in dkms.conf first. */
export function trialsOf(
  answers: ReadonlyMap<string, readonly NamedModule[]>,
  sources: readonly SourceFile[],
): Trial[] {
  const trials: Trial[] = [];
  const [only, ...others] = answers;
  if (only !== undefined && others.length === 0) {
    const [root, modules] = only;
    const from = `obj-m, as kbuild reads ${root === '' ? 'the tree' : `${root}/`}`;
    const command = `${PREFIX} -C $kernel_source_dir M=$build`;
    trials.push({ sourceRoot: root, make: undefined, command, modules, from });
    if (root !== '') {
      const make = `make -C $kernel_source_dir M=${BUILD}/${root}`;
      const below = modules.map((module) => ({ ...module, folder: join(root, module.folder) }));
      trials.push({
        sourceRoot: '',
        make,
        command: `${PREFIX}${make.slice(4)}`,
        modules: below,
        from,
      });
    }
  }
  for (const root of new Set(['', ...answers.keys()])) trials.push(...ownMake(root, sources));
  return trials;
}

/** The driver's own makefile with its variables for the kernel. */
function ownMake(root: string, sources: readonly SourceFile[]): Trial[] {
  const prefix = root === '' ? '' : `${root}/`;
  const makefile = sources.find(({ path }) =>
    ['GNUmakefile', 'makefile', 'Makefile'].some((name) => path === prefix + name),
  );
  if (makefile === undefined) return [];
  const variables = kernelVariables(makefile);
  const words = variables.map(({ name, value }) => ` ${name}=${value}`).join('');
  // DKMS gives a leading `make` KERNELRELEASE=…, which such a makefile takes for kbuild's own call.
  const guarded = /\bKERNELRELEASE\b/.test(makefile.text);
  const targets = [
    '',
    ...['modules', 'module', 'driver'].filter((target) =>
      new RegExp(`^${target}[ \\t]*:(?!=)`, 'm').test(makefile.text),
    ),
  ];
  return targets.map((target) => {
    const rest = `${words}${target === '' ? '' : ` ${target}`}`;
    const make = guarded ? `'make'${rest}` : `make${rest}`;
    const known = variables.map(({ name, from }) => `${name} (${from})`).join(', ');
    return {
      sourceRoot: root,
      make,
      command: guarded ? make : `${PREFIX}${rest}`,
      modules: undefined,
      from: `${makefile.path}${known === '' ? '' : ` with ${known}`}`,
    };
  });
}
