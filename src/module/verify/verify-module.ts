import type { ElfFacts, ModuleFacts } from '../format/module-facts.ts';
import { enumerate, error, type Finding, ok } from './finding.ts';
import type { VerifyAgainst } from './verify-against.ts';
import { verifyCompression } from './verify-compression.ts';
import { verifyDepends } from './verify-depends.ts';
import { verifySignature } from './verify-signature.ts';
import { verifySymbols } from './verify-symbols.ts';
import { verifyVermagic } from './verify-vermagic.ts';

/** A module's facts and findings. */
export interface ModuleReport {
  readonly facts: ModuleFacts;
  readonly findings: readonly Finding[];
}

/** Checks the facts of a module (readModuleFacts). Runs no program and reads no file. */
export function verifyModule(facts: ModuleFacts, against: VerifyAgainst): ModuleReport {
  const { elf } = facts;
  if (elf === undefined) {
    const code = facts.bytes === 0 ? 'empty' : 'no-module';
    const message =
      facts.bytes === 0 ? 'the file is empty' : (facts.problem ?? 'this is not a module');
    return { facts, findings: [error(code, message)] };
  }
  return {
    facts,
    findings: [
      ...verifyParts(elf),
      ...verifyMachine(elf, against),
      ...verifyVermagic(elf, against),
      ...verifySymbols(elf, against),
      ...verifyDepends(elf, against),
      ...verifySignature(facts, against),
      ...verifyCompression(facts, against),
    ],
  };
}

/**
 * Checks that strip has removed the debug data of a module, but no section that the kernel needs. Also checks that the
 * module names a licence, and reports the firmware that it needs.
 */
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
      'it has no .gnu.linkonce.this_module section: no kernel loads it',
    );
  }
  if (elf.hasDebugData) add('warning', 'debug-data', 'it contains debug data: it was not stripped');
  if (elf.hasModinfo && elf.modinfo.first('license') === undefined) {
    add('warning', 'no-license', 'it names no licence, so it taints the kernel as proprietary');
  }
  const firmware = elf.modinfo.all('firmware');
  if (firmware.length > 0) add('ok', 'firmware', `it needs firmware: ${enumerate(firmware)}`);
  return findings;
}

function verifyMachine({ machines }: ElfFacts, { machine }: VerifyAgainst): Finding[] {
  if (machine === undefined || machines.length === 0) {
    return [
      {
        level: 'unchecked',
        code: 'machine',
        message: 'the machine of the module or of the kernel is unknown',
      },
    ];
  }
  if (machines.includes(machine)) {
    return [ok('machine', `it is for ${machine}`)];
  }
  const message = `it is for ${machines.join('/')}, not ${machine}`;
  return [error('wrong-machine', message)];
}
