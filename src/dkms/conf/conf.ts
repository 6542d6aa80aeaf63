import { readFileSync } from 'node:fs';
import { ConfError } from '../../errors.ts';
import type { KernelConfig } from '../../kernel/config.ts';
import type { Complaint } from './complaint.ts';
import { type Directive, INSTALL_HOOKS, YES_NO_DIRECTIVES } from './directives.ts';
import type { EvaluatedConf } from './evaluate.ts';
import { scalar } from './evaluate.ts';
import { exclusionOf } from './exclusion.ts';
import { type ModuleRecord, readModules } from './modules.ts';
import { checkDkmsName, checkDkmsVersion } from './names.ts';

/** The contents of a dkms.conf for one kernel, as DKMS reads them. */
export interface DkmsConf {
  readonly file: string;
  readonly name: string;
  readonly version: string;
  readonly modules: readonly ModuleRecord[];
  /**
   * The value of MAKE for this kernel, without the options that DKMS adds. Undefined if DKMS's default command is
   * used.
   */
  readonly make: string | undefined;
  /** The patches for this kernel, in the order in which they are applied. Their paths are relative to patches/. */
  readonly patches: readonly string[];
  readonly preBuild: string | undefined;
  readonly postBuild: string | undefined;
  /**
   * The commands that DKMS runs when a driver is added, installed or removed: POST_ADD, PRE_INSTALL, POST_INSTALL,
   * POST_REMOVE.
   */
  readonly installHooks: readonly { readonly directive: Directive; readonly command: string }[];
  readonly buildDepends: readonly string[];
  /**
   * Why no module is built for this kernel, by BUILD_EXCLUSIVE_* or OBSOLETE_BY. Undefined if at least one module is
   * built, and for a file without modules.
   */
  readonly excluded: string | undefined;
  /** All directives that the file sets. */
  readonly directives: ReadonlySet<string>;
  /**
   * Warnings about the file: what only DKMS 3.1.7 and later refuse, that it has no modules, and the lines that the file
   * itself or bash wrote to stderr.
   */
  readonly warnings: readonly string[];
}

/**
 * Applies DKMS's defaults and validations to the evaluated values (dkms.in v3.4.3, read_conf and
 * read_conf_strict). Throws ConfError `bad-conf` (exit status 8) with the first 20 complaints, and the
 * errors of checkDkmsName and checkDkmsVersion.
 */
export function readConf(
  evaluated: EvaluatedConf,
  kernel: { release: string; machine: string; config: KernelConfig | undefined },
): DkmsConf {
  const { file } = evaluated;
  const { name, version, modules, fatal, unsupported } = examine(evaluated);
  if (name) checkDkmsName(name, placeOf(file, 'PACKAGE_NAME'));
  if (version) checkDkmsVersion(version, placeOf(file, 'PACKAGE_VERSION'));
  if (fatal.length > 0 || !name || !version) {
    const words = [...fatal, ...unsupported].map((complaint) => complaint.words);
    throw new ConfError('bad-conf', 'not a valid dkms.conf', {
      where: { file },
      output: [...shortened(words), ...evaluated.complaints.slice(-5)],
      hint: 'See dkms(8), "DKMS.CONF": dkms-deb evaluates the file with bash exactly as DKMS does.',
    });
  }
  const exclusions = modules.map((module) => exclusionOf(evaluated, module.index, kernel));
  const firstReason = exclusions.find((reason) => reason !== undefined);
  return {
    file,
    name,
    version,
    modules: modules.map((module, i) => ({ ...module, excluded: exclusions[i] })),
    make: chooseMake(evaluated),
    patches: choosePatches(evaluated),
    preBuild: scalar(evaluated, 'PRE_BUILD'),
    postBuild: scalar(evaluated, 'POST_BUILD'),
    installHooks: INSTALL_HOOKS.flatMap((directive) => {
      const command = scalar(evaluated, directive)?.trim();
      return command ? [{ directive, command }] : [];
    }),
    buildDepends: elements(evaluated, 'BUILD_DEPENDS').map(([, value]) => value),
    excluded: exclusions.every((reason) => reason !== undefined) ? firstReason : undefined,
    directives: new Set(evaluated.values.keys()),
    warnings: [
      ...shortened(
        unsupported.map(({ kind, words }) => (kind === 'duplicate' ? words : words + TAKEN_AS_YES)),
      ),
      ...(modules.length === 0 ? ['dkms.conf: Warning! Zero modules specified.'] : []),
      ...new Set(evaluated.complaints),
    ],
  };
}

/**
 * Returns the complaints of DKMS and of dkms-deb about the evaluated values. If the name or the version is invalid,
 * returns only the complaint about it.
 */
export function complaintsOf(evaluated: EvaluatedConf): Complaint[] {
  const { name, version, fatal, unsupported } = examine(evaluated);
  try {
    if (name) checkDkmsName(name);
  } catch (error) {
    return [badName('PACKAGE_NAME', error)];
  }
  try {
    if (version) checkDkmsVersion(version);
  } catch (error) {
    return [badName('PACKAGE_VERSION', error)];
  }
  return [...fatal, ...unsupported];
}

function badName(directive: Directive, error: unknown): Complaint {
  if (!(error instanceof ConfError)) throw error;
  return { kind: 'bad-name', directive, index: 0, words: error.message };
}

/**
 * Reads the values and collects the complaints. Because of the complaints in `fatal`, dkms-deb refuses the file. Of the
 * complaints in `unsupported` dkms-deb only warns: DKMS before 3.1.7 accepts such a file, newer versions refuse it.
 */
function examine(evaluated: EvaluatedConf) {
  const fatal: Complaint[] = [];
  const unsupported: Complaint[] = [];
  const [name, version] = (['PACKAGE_NAME', 'PACKAGE_VERSION'] as const).map((directive) => {
    const value = scalar(evaluated, directive);
    const words = `dkms.conf: Error! No '${directive}' directive specified.`;
    if (!value) fatal.push({ kind: 'missing', directive, index: 0, words });
    return value;
  });
  const modules = readModules(evaluated, name ?? '', fatal, unsupported);
  checkYesNo(evaluated, unsupported);
  return { name, version, modules, fatal, unsupported };
}

/**
 * Returns the first 20 complaints and a line with the number of the others. There may be thousands of complaints,
 * because a gap in the indices of an array gives one for each missing index.
 */
function shortened(errors: readonly string[]): string[] {
  const most = 20;
  if (errors.length <= most) return [...errors];
  return [...errors.slice(0, most), `… and ${errors.length - most} more`];
}

/**
 * Returns the last MAKE whose MAKE_MATCH matches, else MAKE[0] if it has no MAKE_MATCH, else undefined (dkms.in,
 * read_conf).
 */
function chooseMake(evaluated: EvaluatedConf): string | undefined {
  const makes = evaluated.values.get('MAKE');
  const expressions = evaluated.values.get('MAKE_MATCH');
  let chosen = expressions?.get(0) ? undefined : makes?.get(0);
  // DKMS reads as many indices, from 0 on, as there are elements. If an index is missing, DKMS never reads the last
  // element.
  for (let i = 0; i < (makes?.size ?? 0); i++) {
    const matches = expressions?.get(i) && evaluated.matches.get('MAKE_MATCH')?.get(i);
    if (makes?.get(i) && matches) chosen = makes.get(i);
  }
  return chosen || undefined;
}

function choosePatches(evaluated: EvaluatedConf): string[] {
  const patches = evaluated.values.get('PATCH');
  const expressions = evaluated.values.get('PATCH_MATCH');
  const chosen: string[] = [];
  for (let i = 0; i < (patches?.size ?? 0); i++) {
    const patch = patches?.get(i);
    const applies = !expressions?.get(i) || evaluated.matches.get('PATCH_MATCH')?.get(i);
    if (patch && applies) chosen.push(patch);
  }
  return chosen;
}

const TAKEN_AS_YES = ': DKMS before 3.1.7 treats it as yes, newer versions refuse the file';

/**
 * Adds a complaint for each value that must be yes or no but is neither. DKMS before 3.1.7 treats such a
 * value as yes, newer versions refuse the file (dkms.in, check_yes_no_value).
 */
function checkYesNo(evaluated: EvaluatedConf, unsupported: Complaint[]): void {
  for (const directive of YES_NO_DIRECTIVES) {
    const value = scalar(evaluated, directive) ?? '';
    if (/^(?:yes|no)?$/i.test(value)) continue;
    const words = `dkms.conf: Error! Unsupported ${directive} value '${value}'`;
    unsupported.push({ kind: 'yes-no', directive, index: 0, words });
  }
}

function elements(evaluated: EvaluatedConf, directive: Directive): [number, string][] {
  return [...(evaluated.values.get(directive) ?? [])].filter(([, value]) => value !== '');
}

/**
 * Returns the file and the first line (from 1) that assigns a directive, for an error message. Returns only the file if
 * no line assigns the directive, or if the file cannot be read.
 */
export function placeOf(file: string, directive: Directive): { file: string; line?: number } {
  let text = '';
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return { file };
  }
  const line = text
    .split('\n')
    .findIndex((l) => new RegExp(`^\\s*${directive}(\\[0\\])?=`).test(l));
  return line < 0 ? { file } : { file, line: line + 1 };
}
