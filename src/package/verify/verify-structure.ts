import { checkControlMember } from '../../archive/control/control-members.ts';
import type { DebReader } from '../../archive/deb-reader.ts';
import type { TarEntry } from '../../archive/tar/tar-reader.ts';
import { UnpackRules } from '../../archive/unpack-rules.ts';
import { DkmsDebError } from '../../errors.ts';
import type { Finding } from '../../module/verify/finding.ts';

/** More of a kind say nothing new. */
const MOST_FINDINGS = 20;

/**
 * Collects what dpkg would have against a package: as `dpkg --unpack` reads its control files and
 * unpacks its entries. Without an error dpkg takes it, and has on disk what the entries say.
 */
export class StructureCheck {
  readonly #rules = new UnpackRules();
  readonly #findings: Finding[] = [];

  /** The entries of data.tar, one by one in their order. */
  add(entry: TarEntry): void {
    this.#attempt(() => this.#rules.add(entry));
  }

  /** What was found, once all entries were added. */
  finish({ control }: DebReader): Finding[] {
    for (const [name, bytes] of control) {
      this.#attempt(() => checkControlMember(name, bytes, this.#rules));
    }
    if (this.#findings.length > 0) return this.#findings.slice(0, MOST_FINDINGS);
    return [{ level: 'ok', code: 'structure', message: 'dpkg can unpack it' }];
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
