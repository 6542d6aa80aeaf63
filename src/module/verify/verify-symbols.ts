import type { ExportedSymbol } from '../../kernel/symvers.ts';
import { isGplCompatible } from '../format/modinfo.ts';
import type { ElfFacts } from '../format/module-facts.ts';
import { moduleName } from '../format/module-path.ts';
import { hasModversions } from '../format/modversions.ts';
import { enumerate, error, type Finding, ok, unchecked, warning } from './finding.ts';
import type { VerifyAgainst } from './verify-against.ts';

/**
 * Checks the imports of a module as the kernel does when it loads the module (kernel/module/main.c, resolve_symbol).
 * Something must export each imported symbol. The export must have the CRC that the module expects, allow the module's
 * licence, and be in a namespace that the module imports. Exports of the driver's own modules take precedence over
 * those of the kernel, as in modpost (scripts/mod/modpost.c, sym_add_exported) and in depmod (depmod.d(5), updates).
 * Without the kernel's Module.symvers, nothing is checked.
 */
export function verifySymbols(elf: ElfFacts, against: VerifyAgainst): Finding[] {
  if (against.exports === undefined || against.exports.size === 0) {
    const message = `checking ${elf.imports.length} imported symbols and their CRCs needs the kernel's Module.symvers`;
    return [unchecked('symbols', message)];
  }
  const find = finder(elf, against);
  const findings: Finding[] = [];
  const unknown = elf.imports.filter((name) => find(name) === undefined);
  const { elsewhere = [] } = against;
  if (unknown.length > 0 && elsewhere.length > 0) {
    const message = `it imports ${enumerate(unknown)}, which modules of ${enumerate(elsewhere)} should export: verify these packages together`;
    findings.push(unchecked('symbols', message));
  } else if (unknown.length > 0) {
    findings.push(
      error('unknown-symbols', `it imports symbols that nothing exports: ${enumerate(unknown)}`),
    );
  } else {
    const message = `all ${elf.imports.length} imported symbols are exported`;
    findings.push(ok('symbols', message));
  }
  findings.push(...verifyCrcs(elf, against, find));
  findings.push(...verifyShadowed(elf, against));
  return [...findings, ...verifyPermission(elf, against, find)];
}

type Find = (name: string) => ExportedSymbol | undefined;

/**
 * Returns a function that finds which module or kernel exports a symbol. `otherExports` come first. Otherwise, of the
 * exports by the kernel and by packages in `beside`, the function chooses the one whose CRC the importing module
 * expects, because the importing module was built with it. If no export has this CRC, the kernel comes first.
 */
function finder(elf: ElfFacts, { exports, otherExports, beside = [] }: VerifyAgainst): Find {
  return (name) => {
    const own = otherExports?.get(name);
    if (own !== undefined) return own;
    const candidates = beside.flatMap((one) => one.exports.get(name) ?? []);
    const kernels = exports?.get(name);
    const built = elf.versions?.get(name);
    const fits = [...candidates, ...(kernels ? [kernels] : [])].find(
      ({ crc }) => built !== undefined && Number(crc) === Number(built),
    );
    return fits ?? kernels ?? candidates[0];
  };
}

/** Warns about symbols that the module imports from the kernel, if another package exports them with another CRC. */
function verifyShadowed(elf: ElfFacts, against: VerifyAgainst): Finding[] {
  const { exports, otherExports, beside = [] } = against;
  return beside.flatMap((one) => {
    const shadowed = [...(elf.versions ?? [])].filter(([name, crc]) => {
      const theirs = one.exports.get(name);
      if (theirs === undefined || otherExports?.has(name)) return false;
      return Number(exports?.get(name)?.crc) === Number(crc) && Number(theirs.crc) !== Number(crc);
    });
    if (shadowed.length === 0) return [];
    const names = enumerate(shadowed.map(([name]) => name));
    const message = `it was built against the kernel's own modules, which ${one.name} replaces: it will not load if that package is installed (${names})`;
    return [warning('replaced-exports', message)];
  });
}

function verifyCrcs(elf: ElfFacts, { exports }: VerifyAgainst, find: Find): Finding[] {
  if (exports === undefined || !hasModversions(exports)) {
    const message = 'the kernel has no modversions: only this exact build of the kernel is safe';
    return [ok('no-modversions', message)];
  }
  const { versions } = elf;
  if (versions === undefined) {
    return [error('no-crcs', 'it has no CRCs, but the kernel has modversions')];
  }
  // An import that nothing exports is skipped here: another finding reports it.
  const known = [...versions].filter(([name]) => find(name) !== undefined);
  const different = known.filter(([name, crc]) => Number(find(name)?.crc) !== Number(crc));
  if (different.length > 0) {
    const names = different.map(([name]) => name);
    const owners = new Set(names.map((name) => find(name)?.owner ?? ''));
    const from = [...owners]
      .filter((owner) => owner !== 'vmlinux')
      .map((owner) => moduleName(owner));
    const built =
      from.length === owners.size ? `another build of ${enumerate(from)}` : 'another kernel';
    const message = `it was built against ${built}: ${names.length} of ${known.length} symbols have another CRC: ${enumerate(names)}`;
    return [error('wrong-crcs', message)];
  }
  const missing = elf.imports.filter((name) => find(name) !== undefined && !versions.has(name));
  if (missing.length > 0) {
    const message = `it has no CRC for ${enumerate(missing)}`;
    return [warning('missing-crcs', message)];
  }
  return [ok('crcs', `all ${known.length} CRCs match the exports`)];
}

function verifyPermission(elf: ElfFacts, { config }: VerifyAgainst, find: Find): Finding[] {
  const findings: Finding[] = [];
  const license = elf.modinfo.first('license');
  const gplOnly = elf.imports.filter((name) => find(name)?.gplOnly);
  if (gplOnly.length > 0 && !isGplCompatible(license)) {
    const message = `its licence is ${license ?? 'missing'}, but it imports symbols that are exported only to GPL modules: ${enumerate(gplOnly)}`;
    findings.push(error('gpl-only-symbols', message));
  }
  const imported = new Set(elf.modinfo.all('import_ns'));
  const foreign = elf.imports.filter((name) => {
    const namespace = find(name)?.namespace;
    // A namespace of EXPORT_SYMBOL_FOR_MODULES (Linux 6.16) lists the modules that may use the symbol. These modules
    // need not import the namespace.
    return namespace !== undefined && !namespace.startsWith('module:') && !imported.has(namespace);
  });
  if (foreign.length > 0) {
    const allowed = config?.get('CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS') === 'y';
    const message = `it does not import the namespaces of these symbols: ${enumerate(foreign)}`;
    findings.push({ level: allowed ? 'warning' : 'error', code: 'missing-namespace', message });
  }
  return findings;
}
