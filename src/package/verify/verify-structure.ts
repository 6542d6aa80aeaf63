import { checkControlMember } from '../../archive/control/control-members.ts';
import type { DebReader } from '../../archive/deb-reader.ts';
import type { TarEntry } from '../../archive/tar/tar-reader.ts';
import { UnpackRules } from '../../archive/unpack-rules.ts';
import { DkmsDebError } from '../../errors.ts';
import { type Finding, ok } from '../../module/verify/finding.ts';

/**
 * The most findings that are reported; one more has the number of the others. A broken package may give a finding for
 * each of its files.
 */
const MOST_FINDINGS = 20;

/**
 * Collects the reasons why `dpkg --unpack` would refuse the control files or the entries of a package. If there is
 * no such reason, dpkg unpacks the package exactly as its entries say.
 */
export class StructureCheck {
  readonly #rules = new UnpackRules();
  readonly #findings: Finding[] = [];

  /** Checks the next entry of data.tar. */
  add(entry: TarEntry): void {
    this.#attempt(() => this.#rules.add(entry));
  }

  /**
   * Checks the control files, and returns the findings: MOST_FINDINGS at most, and one with the number of the others.
   * If nothing is wrong, returns one finding `ok`. Must be called after the last entry was added.
   */
  finish({ control }: DebReader): Finding[] {
    for (const [name, bytes] of control) {
      this.#attempt(() => checkControlMember(name, bytes, this.#rules));
    }
    if (this.#findings.length === 0) return [ok('structure', 'dpkg can unpack the package')];
    const shown = this.#findings.slice(0, MOST_FINDINGS);
    const [next, ...others] = this.#findings.slice(MOST_FINDINGS);
    if (next === undefined) return shown;
    return [...shown, { ...next, message: `and ${1 + others.length} more errors like these` }];
  }

  #attempt(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof DkmsDebError)) throw error;
      const { code, message, where } = error;
      const line = where?.line === undefined ? '' : ` (line ${where.line})`;
      this.#findings.push({ level: 'error', code, message: `${message}${line}` });
    }
  }
}
