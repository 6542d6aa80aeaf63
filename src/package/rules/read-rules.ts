import type { Place } from '../../errors.ts';
import {
  DPKG_MAKEFILE,
  IDLE_ARGUMENT,
  IDLE_COMMAND,
  IDLE_STEPS,
  IDLE_VARIABLES,
  SPOKEN_FOR,
} from './debhelper-steps.ts';
import { MakeVariables } from './make-variables.ts';
import { makefileStatements, type Statement } from './makefile-statements.ts';

/** Why a package is debhelper's to build: the place that says so, and what it says. */
export interface Reason {
  readonly where: Place;
  readonly why: string;
}

/** What debian/rules does, as far as that is certain. */
export interface Rules {
  /** Who fills the package: `dkms-deb build --from-rules`, dh, or no such file. */
  readonly style: 'dkms-deb' | 'dh' | 'none';
  /** Steps of dh's sequence that are overridden by nothing. */
  readonly skipped: ReadonlySet<string>;
  /** `dh_dkms -V`: #MODULE_VERSION# is filled in, and the version is the changelog's. */
  readonly fillsVersion: boolean;
  /** `dh --with dkms`. */
  readonly withDkms: boolean;
  /** `sh debian/check-source`, which init writes: whether it is still init's must be looked at. */
  readonly checksSource: boolean;
  /** What ${env:NAME} of the lists stands for. */
  readonly exported: ReadonlyMap<string, string>;
  /** Set where the file does more than is known here; the rest then says nothing. */
  readonly beyond: Reason | undefined;
}

/** It fails where the list of what is installed misses source, as `build` does. */
const CHECK_SOURCE = 'sh debian/check-source';

/** Targets that Policy 4.9 asks for, and what people add to them. */
const SEQUENCES =
  /^(?:%|build|build-arch|build-indep|binary|binary-arch|binary-indep|clean|install|install-arch|install-indep)$/;

/**
 * Reads debian/rules and accepts what is known to add nothing to the package: what init writes, `dh $@` with
 * steps that are overridden by nothing, `dh_dkms -V`, dpkg's makefiles, variables that no step reads.
 * `versions`: what pkg-info.mk sets. Everything else is a reason to let debhelper build.
 */
export function readRules(
  text: string,
  file: string,
  versions: ReadonlyMap<string, string>,
): Rules {
  const reader = new RulesReader(file, versions);
  for (const statement of makefileStatements(text)) {
    reader.read(statement);
    if (reader.beyond !== undefined) break;
  }
  return reader.result();
}

/** Of a tree without debian/rules. */
export const NO_RULES: Rules = {
  style: 'none',
  skipped: new Set(),
  fillsVersion: false,
  withDkms: false,
  checksSource: false,
  exported: new Map(),
  beyond: undefined,
};

class RulesReader {
  beyond: Reason | undefined;
  readonly #file: string;
  readonly #versions: ReadonlyMap<string, string>;
  readonly #variables = new MakeVariables();
  readonly #exported = new Map<string, string>();
  readonly #skipped = new Set<string>();
  #style: 'dkms-deb' | 'dh' | undefined;
  #fillsVersion = false;
  #withDkms = false;
  #checksSource = false;

  constructor(file: string, versions: ReadonlyMap<string, string>) {
    this.#file = file;
    this.#versions = versions;
  }

  read(statement: Statement): void {
    const { line } = statement;
    if (statement.kind === 'other') this.#leave(line, `"${short(statement.text)}" is not known`);
    else if (statement.kind === 'include') this.#include(line, statement.files);
    else if (statement.kind === 'export') this.#export(line, statement.names);
    else if (statement.kind === 'variable') this.#variable(statement);
    else this.#rule(statement);
  }

  result(): Rules {
    if (this.beyond === undefined && this.#style === undefined) {
      this.#leave(1, 'neither dh nor dkms-deb is called');
    }
    return {
      style: this.#style ?? 'dh',
      skipped: this.#skipped,
      fillsVersion: this.#fillsVersion,
      withDkms: this.#withDkms,
      checksSource: this.#checksSource,
      exported: this.#exported,
      beyond: this.beyond,
    };
  }

  #leave(line: number, why: string): void {
    this.beyond ??= { where: { file: this.#file, line }, why };
  }

  #include(line: number, files: readonly string[]): void {
    const other = files.find((name) => !DPKG_MAKEFILE.test(name));
    if (other !== undefined) {
      this.#leave(line, `it includes ${short(other)}`);
      return;
    }
    if (!files.some((name) => /(?:pkg-info|default)\.mk$/.test(name))) return;
    for (const [name, value] of this.#versions) this.#variables.set(name, value);
  }

  #variable(statement: Extract<Statement, { kind: 'variable' }>): void {
    const { line, name, value, appends, exported } = statement;
    const before = appends ? `${this.#variables.get(name) ?? ''} ` : '';
    const plain = this.#variables.expand(before + value);
    if (plain === undefined) {
      this.#leave(line, `${name} is made of "${short(value)}"`);
      return;
    }
    if (IDLE_VARIABLES.test(name)) return;
    if (SPOKEN_FOR.test(name)) {
      this.#leave(line, `it sets ${name}`);
      return;
    }
    this.#variables.set(name, plain);
    if (exported) this.#exported.set(name, plain);
  }

  #export(line: number, names: readonly string[]): void {
    if (names.length === 0) {
      this.#leave(line, 'it exports every variable');
      return;
    }
    for (const name of names) {
      const value = this.#variables.get(name);
      if (IDLE_VARIABLES.test(name)) continue;
      if (value === undefined) {
        this.#leave(line, `it exports ${short(name)}`);
        return;
      }
      this.#exported.set(name, value);
    }
  }

  #rule({ line, targets, prerequisites, recipe }: Extract<Statement, { kind: 'rule' }>): void {
    const names = this.#variables.expand(targets)?.split(/\s+/).filter(Boolean);
    if (names === undefined) {
      this.#leave(line, `the target is "${short(targets)}"`);
      return;
    }
    if (names.every((name) => /^\.(?:PHONY|NOTPARALLEL|SILENT)$/.test(name))) return;
    const special = names.find((name) => name.startsWith('.'));
    if (special !== undefined) {
      this.#leave(line, `${special} changes how make works`);
      return;
    }
    const commands = recipe.filter(({ text }) => !IDLE_COMMAND.test(text));
    const texts = commands.map(({ text }) =>
      this.#variables.expand(text.replace(/^[@+-]+\s*/, '')),
    );
    for (const name of names) {
      const hook = /^(override|execute_before|execute_after)_(dh_\w+?)(?:-indep|-arch)?$/.exec(
        name,
      );
      if (hook?.[2] !== undefined) this.#step(line, name, hook[2], texts);
      // Any other target, such as get-orig-source, is made only where one of these needs it.
      else if (SEQUENCES.test(name)) this.#sequence(line, name, texts);
      else continue;
      const foreign = prerequisites.split(/\s+/).find((need) => need && !SEQUENCES.test(need));
      if (foreign !== undefined) this.#leave(line, `${name} needs "${short(foreign)}"`);
    }
  }

  /** A step of dh's sequence that is overridden, or has commands before or after it. */
  #step(
    line: number,
    target: string,
    step: string,
    commands: readonly (string | undefined)[],
  ): void {
    if (!target.startsWith('override_')) {
      if (commands.length === 1 && commands[0] === CHECK_SOURCE) this.#checksSource = true;
      else if (commands.length > 0) this.#leave(line, `${target} runs commands of its own`);
      return;
    }
    const [command, ...more] = commands;
    if (commands.length === 0) {
      if (IDLE_STEPS.has(step)) this.#skipped.add(step);
      else this.#leave(line, `${target} leaves out a step that fills the package`);
    } else if (more.length > 0 || command === undefined) {
      this.#leave(line, `${target} runs commands of its own`);
    } else if (step === 'dh_dkms' && this.#fills(command)) this.#fillsVersion = true;
    // Such as `dh_missing --fail-missing`: it only looks.
    else if (command !== step && !/^dh_missing(?:\s+--(?:fail|list)-missing)*$/.test(command)) {
      this.#leave(line, `${target} runs commands of its own`);
    }
  }

  /** `dh_dkms -V`, with the upstream version or without one. */
  #fills(command: string): boolean {
    const version = /^dh_dkms\s+-V\s*(?:["']?([^\s"']*)["']?)?$/.exec(command);
    if (version === null) return false;
    return !version[1] || version[1] === this.#versions.get('DEB_VERSION_UPSTREAM');
  }

  #sequence(line: number, target: string, commands: readonly (string | undefined)[]): void {
    const [command, ...more] = commands;
    if (commands.length === 0) {
      if (target === '%') this.#leave(line, 'the target % does nothing');
      return;
    }
    if (command === 'rm -f debian/files' && target === 'clean' && more.length === 0) return;
    const words = (command ?? '').split(/\s+/);
    if (more.length > 0) this.#leave(line, `${target} runs commands of its own`);
    else if (words.join(' ') === 'dkms-deb build --from-rules') this.#is(line, 'dkms-deb');
    else if (words[0] === 'dh' && words[1] === '$@') this.#dh(line, words.slice(2));
    else this.#leave(line, `${target} runs commands of its own`);
  }

  #dh(line: number, words: readonly string[]): void {
    const given = words.join(' ').replace(/--with(?:=|\s+)/g, '--with=');
    const args = given.split(' ').filter(Boolean);
    const other = args.find((word) => !IDLE_ARGUMENT.test(word));
    if (other !== undefined) {
      this.#leave(line, `dh has the argument ${short(other)}`);
      return;
    }
    if (args.some((word) => word.startsWith('--with='))) this.#withDkms = true;
    this.#is(line, 'dh');
  }

  #is(line: number, style: 'dkms-deb' | 'dh'): void {
    if (this.#style !== undefined && this.#style !== style) {
      this.#leave(line, 'both dh and dkms-deb build the package');
    }
    this.#style = style;
  }
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
