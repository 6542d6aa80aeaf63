import { DPKG_MAKEFILE, IDLE_VARIABLES, MEANINGFUL_VARIABLES } from './debhelper-steps.ts';
import { MakeVariables } from './defined-variables.ts';
import type { Statement } from './makefile-statements.ts';

/**
 * The variables of debian/rules whose values are plain text. The methods that take a statement of debian/rules return
 * the reason why debhelper, and not dkms-deb, must build the package; undefined if the statement does not change the
 * package.
 */
export class RulesVariables {
  /** Exported variables. The lists of debhelper, such as debian/install, can use them as ${env:NAME}. */
  readonly exported = new Map<string, string>();
  readonly #values = new MakeVariables();
  readonly #versions: ReadonlyMap<string, string>;

  /** `versions` are the variables that pkg-info.mk sets. */
  constructor(versions: ReadonlyMap<string, string>) {
    this.#versions = versions;
  }

  /** Returns a text with variables replaced by their values; undefined if a value is unknown. */
  expand(text: string): string | undefined {
    return this.#values.expand(text);
  }

  include(files: readonly string[]): string | undefined {
    const other = files.find((name) => !DPKG_MAKEFILE.test(name));
    if (other !== undefined) return `it includes ${short(other)}`;
    if (files.some((name) => /(?:pkg-info|default)\.mk$/.test(name))) {
      for (const [name, value] of this.#versions) this.#values.set(name, value);
    }
    return undefined;
  }

  assign(statement: Extract<Statement, { kind: 'variable' }>): string | undefined {
    const { name, value, appends, exported } = statement;
    const before = appends ? `${this.#values.get(name) ?? ''} ` : '';
    const plain = this.#values.expand(before + value);
    if (plain === undefined)
      return `dkms-deb does not know the value of ${name}, "${short(value)}"`;
    if (IDLE_VARIABLES.test(name)) return undefined;
    if (MEANINGFUL_VARIABLES.test(name)) return `it sets ${name}`;
    this.#values.set(name, plain);
    if (exported) this.exported.set(name, plain);
    return undefined;
  }

  export(names: readonly string[]): string | undefined {
    if (names.length === 0) return 'it exports every variable';
    for (const name of names) {
      const value = this.#values.get(name);
      if (IDLE_VARIABLES.test(name)) continue;
      if (value === undefined) return `it exports ${short(name)}`;
      this.exported.set(name, value);
    }
    return undefined;
  }
}

/** Shortens a text of a makefile for a message. */
export function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
