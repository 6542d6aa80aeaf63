import { IDLE_ARGUMENT, IDLE_COMMAND, IDLE_STEPS } from './debhelper-steps.ts';
import type { Reason, Rules } from './known-rules.ts';
import { makefileStatements, type Statement } from './makefile-statements.ts';
import { RulesVariables, short } from './rules-variables.ts';

/**
 * The command by which debian/rules checks that no source file is missing from the package, as `dkms-deb build` does.
 * The script also removes results of earlier builds.
 */
const CHECK_SOURCE = 'sh debian/check-source';

/** The targets of Policy 4.9, and similar ones in common use. */
const SEQUENCES =
  /^(?:%|build|build-arch|build-indep|binary|binary-arch|binary-indep|clean|install|install-arch|install-indep)$/;

/**
 * Reads debian/rules. Accepts what certainly adds nothing to the package: text that init writes, `dh $@` with overrides
 * that are empty or only call their own step, `dh_dkms -V`, dpkg's makefiles, and variables that no step reads.
 * Anything else is a reason why debhelper must build. `versions` are the variables that dpkg's pkg-info.mk sets.
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

/**
 * Whether a command is a step of dh without arguments. dh_missing may have arguments, because it only checks, and
 * changes nothing.
 */
function callsOnly(command: string, step: string): boolean {
  if (step === 'dh_missing') return /^dh_missing(?:\s+--(?:fail|list)-missing)*$/.test(command);
  return command === step;
}

class RulesReader {
  beyond: Reason | undefined;
  readonly #file: string;
  readonly #versions: ReadonlyMap<string, string>;
  readonly #variables: RulesVariables;
  readonly #skipped = new Set<string>();
  #style: 'dkms-deb' | 'dh' | undefined;
  #fillsVersion = false;
  #withDkms = false;
  #checksSource = false;

  constructor(file: string, versions: ReadonlyMap<string, string>) {
    this.#file = file;
    this.#versions = versions;
    this.#variables = new RulesVariables(versions);
  }

  read(statement: Statement): void {
    const { line } = statement;
    if (statement.kind === 'other')
      this.#leave(line, `dkms-deb does not know "${short(statement.text)}"`);
    else if (statement.kind === 'include')
      this.#leaveIf(line, this.#variables.include(statement.files));
    else if (statement.kind === 'export')
      this.#leaveIf(line, this.#variables.export(statement.names));
    else if (statement.kind === 'variable') this.#leaveIf(line, this.#variables.assign(statement));
    else this.#rule(statement);
  }

  #leaveIf(line: number, why: string | undefined): void {
    if (why !== undefined) this.#leave(line, why);
  }

  result(): Rules {
    if (this.beyond === undefined && this.#style === undefined) {
      this.#leave(1, 'it calls neither dh nor dkms-deb');
    }
    return {
      style: this.#style ?? 'dh',
      skipped: this.#skipped,
      fillsVersion: this.#fillsVersion,
      withDkms: this.#withDkms,
      checksSource: this.#checksSource,
      exported: this.#variables.exported,
      beyond: this.beyond,
    };
  }

  #leave(line: number, why: string): void {
    this.beyond ??= { where: { file: this.#file, line }, why };
  }

  #rule({ line, targets, prerequisites, recipe }: Extract<Statement, { kind: 'rule' }>): void {
    const names = this.#variables.expand(targets)?.split(/\s+/).filter(Boolean);
    if (names === undefined) {
      this.#leave(line, `the target "${short(targets)}" has a value that dkms-deb does not know`);
      return;
    }
    if (names.every((name) => /^\.(?:PHONY|NOTPARALLEL|SILENT)$/.test(name))) return;
    const special = names.find((name) => name.startsWith('.'));
    if (special !== undefined) {
      this.#leave(line, `dkms-deb does not know what the target ${special} does`);
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
      // make makes other targets, such as get-orig-source, only if one of SEQUENCES depends on them, and that is
      // refused below. So they do not matter.
      else if (SEQUENCES.test(name)) this.#sequence(line, name, texts);
      else continue;
      const foreign = prerequisites.split(/\s+/).find((need) => need && !SEQUENCES.test(need));
      if (foreign !== undefined)
        this.#leave(line, `the target ${name} depends on "${short(foreign)}"`);
    }
  }

  /** Reads a target such as override_dh_install, or a target with commands before or after a step of dh. */
  #step(
    line: number,
    target: string,
    step: string,
    commands: readonly (string | undefined)[],
  ): void {
    if (!target.startsWith('override_')) {
      if (commands.length === 1 && commands[0] === CHECK_SOURCE) this.#checksSource = true;
      else if (commands.length > 0)
        this.#leave(line, `${target} has commands that dkms-deb does not know`);
      return;
    }
    const [command, ...more] = commands;
    if (commands.length === 0) {
      if (IDLE_STEPS.has(step)) this.#skipped.add(step);
      else this.#leave(line, `${target} skips a step that changes the package`);
    } else if (more.length > 0 || command === undefined) {
      this.#leave(line, `${target} has commands that dkms-deb does not know`);
    } else if (step === 'dh_dkms' && this.#fills(command)) this.#fillsVersion = true;
    else if (!callsOnly(command, step)) {
      this.#leave(line, `${target} has commands that dkms-deb does not know`);
    }
  }

  /** Whether a command is `dh_dkms -V`, without a version or with the upstream version. */
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
    if (more.length > 0) this.#leave(line, `${target} has commands that dkms-deb does not know`);
    else if (words.join(' ') === 'dkms-deb build --from-rules') this.#setStyle(line, 'dkms-deb');
    else if (words[0] === 'dh' && words[1] === '$@') this.#dh(line, words.slice(2));
    else this.#leave(line, `${target} has commands that dkms-deb does not know`);
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
    this.#setStyle(line, 'dh');
  }

  #setStyle(line: number, style: 'dkms-deb' | 'dh'): void {
    if (this.#style !== undefined && this.#style !== style) {
      this.#leave(line, 'both dh and dkms-deb build the package');
    }
    this.#style = style;
  }
}
