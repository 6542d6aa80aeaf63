import { EXIT, ModuleBuildError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { Exports } from '../../kernel/symvers.ts';
import type { Reporter } from '../../report/reporter.ts';
import { type ModuleFacts, moduleName } from '../format/module-facts.ts';
import { verifyModule } from '../verify/verify-module.ts';

/** What no kernel would load, with what is mostly behind it. */
const FATAL: Readonly<Record<string, string | undefined>> = {
  empty: undefined,
  'gpl-only-symbols':
    'modpost refuses such a module: name a compatible licence with MODULE_LICENSE.',
  'no-crcs': 'Was it linked outside kbuild? modpost adds the CRCs.',
  'no-modinfo': undefined,
  'no-module': undefined,
  'no-this-module': 'Was it linked outside kbuild? modpost adds that section.',
  'no-vermagic': 'Was it linked outside kbuild? modpost adds it.',
  'unknown-symbols': 'Name the DKMS module that exports them in BUILD_DEPENDS.',
  'wrong-crcs': 'Does the makefile find other headers than those of $kernel_source_dir?',
  'wrong-machine': 'Does the makefile call the compiler that kbuild passes it?',
  'wrong-vermagic':
    'Does the makefile ask `uname -r`? Use $(KERNELRELEASE) or pass $kernelver in MAKE.',
};

/**
 * Verifies a built module against its kernel before it is packed (reference: prebuilt modules, B.8.3).
 * ModuleBuildError (10) for what the kernel would refuse; other errors are told, as DKMS would build
 * it all the same. `others` holds what the driver's own modules and those of BUILD_DEPENDS export.
 */
export function checkModule(
  facts: ModuleFacts,
  headers: Pick<KernelHeaders, 'release' | 'machine' | 'config'>,
  exports: { readonly kernel: Exports; readonly others: Exports },
  reporter: Reporter,
): void {
  const { findings } = verifyModule(facts, {
    release: headers.release,
    machine: headers.machine,
    config: headers.config,
    exports: exports.kernel,
    otherExports: exports.others,
    otherModules: new Set([...exports.others.values()].map(({ owner }) => moduleName(owner))),
  });
  const name = facts.file;
  for (const { level, code, message } of findings) {
    // Signing comes later: buildModules tells of what is unsigned then.
    if (level !== 'error' || code === 'unsigned') continue;
    if (!(code in FATAL)) {
      reporter.warn(`${name}: ${message}`);
      continue;
    }
    const hint = FATAL[code];
    const details = hint === undefined ? {} : { hint };
    throw new ModuleBuildError(code, EXIT.makeFailed, `${name}: ${message}`, details);
  }
}
