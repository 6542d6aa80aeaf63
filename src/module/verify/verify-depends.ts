import type { Exports } from '../../kernel/symvers.ts';
import type { ElfFacts } from '../format/module-facts.ts';
import { moduleName } from '../format/module-path.ts';
import { enumerate, error, type Finding, ok, unchecked } from './finding.ts';
import type { VerifyAgainst } from './verify-against.ts';

/**
 * Checks the names of modules that modpost wrote into `depends`. Each must be in `otherModules`, or be a module of the
 * kernel. A module of the kernel on which other modules depend exports symbols, so its name is in the kernel's
 * Module.symvers.
 */
export function verifyDepends(elf: ElfFacts, against: VerifyAgainst): Finding[] {
  const depends = elf.modinfo.list('depends').map((name) => name.replaceAll('-', '_'));
  if (depends.length === 0) return [];
  const { exports, otherModules } = against;
  const others = depends.filter((name) => !otherModules?.has(name));
  if (others.length > 0 && (exports === undefined || exports.size === 0)) {
    const message = `checking the modules it depends on (${enumerate(others)}) needs the kernel's Module.symvers`;
    return [unchecked('depends', message)];
  }
  const missing = withoutOwners(others, exports);
  if (missing.length > 0 && against.elsewhere && against.elsewhere.length > 0) {
    const message = `it depends on ${enumerate(missing)}, which should be in ${enumerate(against.elsewhere)}: verify these packages together`;
    return [unchecked('depends', message)];
  }
  if (missing.length > 0) {
    const message = `it depends on modules that neither the kernel nor the packages checked here have: ${enumerate(missing)}`;
    return [error('missing-depends', message)];
  }
  return [ok('depends', `it depends on ${depends.join(', ')}`)];
}

/** Returns the names of the modules that export no symbol in `exports`. */
function withoutOwners(names: readonly string[], exports: Exports | undefined): string[] {
  const missing = new Set(names);
  let last = '';
  for (const { owner } of exports?.values() ?? []) {
    if (missing.size === 0) break;
    if (owner === last) continue;
    last = owner;
    missing.delete(moduleName(owner));
  }
  return [...missing];
}
