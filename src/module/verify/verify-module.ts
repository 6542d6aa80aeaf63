import type { ElfFacts, ModuleFacts } from '../format/module-facts.ts';
import type { Finding } from './finding.ts';
import type { VerifyAgainst } from './verify-against.ts';
import { verifyCompression } from './verify-compression.ts';
import { verifyDepends } from './verify-depends.ts';
import { verifyModuleSignature } from './verify-signature.ts';
import { verifySymbols } from './verify-symbols.ts';
import { verifyVermagic } from './verify-vermagic.ts';

/** What is known of a module, and the result of each check. */
export interface ModuleReport {
  readonly facts: ModuleFacts;
  readonly findings: readonly Finding[];
}

/** Checks a module that was read (readModuleFacts); nothing is run, nothing is read. */
export function verifyModule(facts: ModuleFacts, against: VerifyAgainst): ModuleReport {
  const { elf } = facts;
  if (elf === undefined) {
    const code = facts.bytes === 0 ? 'empty' : 'no-module';
    const message =
      facts.bytes === 0 ? 'the file is empty' : (facts.problem ?? 'this is no module');
    return { facts, findings: [{ level: 'error', code, message }] };
  }
  return {
    facts,
    findings: [
      ...verifyParts(elf),
      ...verifyMachine(elf, against),
      ...verifyVermagic(elf, against),
      ...verifySymbols(elf, against),
      ...verifyDepends(elf, against),
      ...verifyModuleSignature(facts, against),
      ...verifyCompression(facts, against),
    ],
  };
}

/** What strip takes away where it is called with too much, or too little. */
function verifyParts(elf: ElfFacts): Finding[] {
  const findings: Finding[] = [];
  const add = (level: Finding['level'], code: string, message: string) =>
    findings.push({ level, code, message });
  if (!elf.hasModinfo)
    add('error', 'no-modinfo', 'it has no .modinfo section: too much was stripped');
  if (!elf.hasThisModule) {
    add(
      'error',
      'no-this-module',
      'it has no .gnu.linkonce.this_module section: no kernel takes it',
    );
  }
  if (elf.hasDebugData) add('warning', 'debug-data', 'it is not stripped of debug data');
  if (elf.hasModinfo && elf.modinfo.first('license') === undefined) {
    add('warning', 'no-license', 'it names no licence: it taints the kernel as proprietary');
  }
  const firmware = elf.modinfo.all('firmware');
  if (firmware.length > 0) add('ok', 'firmware', `it asks for firmware: ${firmware.join(', ')}`);
  return findings;
}

function verifyMachine({ machines }: ElfFacts, { machine }: VerifyAgainst): Finding[] {
  if (machine === undefined || machines.length === 0) {
    return [{ level: 'unchecked', code: 'machine', message: 'the machine it is for is not known' }];
  }
  if (machines.includes(machine)) {
    return [{ level: 'ok', code: 'machine', message: `it is for ${machine}` }];
  }
  const message = `it is for ${machines.join('/')}, not ${machine}`;
  return [{ level: 'error', code: 'wrong-machine', message }];
}
