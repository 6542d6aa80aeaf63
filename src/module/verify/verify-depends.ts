import type { Exports } from '../../kernel/symvers.ts';
import type { ElfFacts } from '../format/module-facts.ts';
import { moduleName } from '../format/module-facts.ts';
import { enumerate, type Finding } from './finding.ts';
import type { VerifyAgainst } from './verify-against.ts';

/**
 * The modules that modpost wrote into `depends`: each must be the kernel's (it exports something, so
 * Module.symvers has it as an owner) or be among the others.
 */
export function verifyDepends(elf: ElfFacts, against: VerifyAgainst): Finding[] {
  const depends = elf.modinfo.list('depends').map((name) => name.replaceAll('-', '_'));
  if (depends.length === 0) return [];
  const { exports, otherModules } = against;
  const others = depends.filter((name) => !otherModules?.has(name));
  if (others.length > 0 && (exports === undefined || exports.size === 0)) {
    const message = `whether ${enumerate(others)}, which it depends on, exist needs the kernel's Module.symvers`;
    return [{ level: 'unchecked', code: 'depends', message }];
  }
  const missing = withoutOwners(others, exports);
  if (missing.length > 0 && against.elsewhere && against.elsewhere.length > 0) {
    const message = `it depends on ${enumerate(missing)}, which should be in ${enumerate(against.elsewhere)}`;
    return [{ level: 'unchecked', code: 'depends', message }];
  }
  if (missing.length > 0) {
    const message = `it depends on modules that neither the kernel nor the package has: ${enumerate(missing)}`;
    return [{ level: 'error', code: 'missing-depends', message }];
  }
  return [{ level: 'ok', code: 'depends', message: `it depends on ${depends.join(', ')}` }];
}

/** Those of the modules' names that own no symbol in `exports`. */
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
