/** The measurements of one driver, which are kept in a JSON file, and their meaning. */

/** Two digests of a module: of its bytes, and of its bytes without srcversion and build id. */
export interface ModuleDigests {
  readonly bytes: string;
  readonly code: string;
}

export interface KernelBuild {
  readonly status: 'built' | 'excluded' | 'failed';
  /** Why the build failed: an error code of dkms-deb, or the first error of a log. */
  readonly reason: string;
  readonly modules: Readonly<Record<string, ModuleDigests>>;
}

/** What the real tools built from the tree: dkms, or the tree's own make if it has no dkms.conf. */
export interface Judgement {
  /** How the tree was built, such as `dkms, dkms.conf`, `dkms, debian/x.dkms in src` or `make in driver`. */
  readonly how: string;
  readonly kernels: Readonly<Record<string, KernelBuild>>;
}

/** The result of one call of a program, in most cases of dkms-deb. */
export interface Step {
  /** The exit status. 124 if the call did not end by itself, usually because it exceeded the time limit. */
  readonly status: number;
  readonly seconds: number;
  /** The code, message and hint of the error, or the last line of stderr; '' if the call has succeeded. */
  readonly error: string;
  readonly warnings: readonly string[];
}

export interface BmdebStep extends Step {
  readonly kernels: Readonly<Record<string, KernelBuild>>;
}

export interface InitStep extends Step {
  /** The options that init needed. */
  readonly options: readonly string[];
  readonly fixmes: readonly string[];
  readonly doubts: readonly string[];
  readonly identity?: { readonly name: string; readonly version: string };
}

/** The debian/ of the tree itself: the results of `build` and of dpkg-buildpackage, compared. */
export interface PackagingRecord extends Step {
  readonly theirs: Step;
  /** Paths that differ or are only in one of the packages; undefined if a build failed. */
  readonly payload?: readonly string[];
}

export interface DriverRecord {
  readonly name: string;
  readonly product: string;
  readonly commit: string;
  readonly date: string;
  /** Where the tree's dkms.conf is: in the root, elsewhere, as a template, in debian/, nowhere. */
  readonly kind: 'root' | 'elsewhere' | 'template' | 'debian' | 'none';
  /** Whether the tree has its own debian/. */
  readonly packaged: boolean;
  readonly judgement: Judgement;
  readonly lint: Step & { readonly findings: Readonly<Record<string, number>> };
  readonly init: InitStep;
  /** The results with --rules dkms-deb and with --rules dh. */
  readonly build?: Step;
  readonly debhelper?: Step;
  /** Paths that differ or are only in one of the packages: `dkms-deb: usr/…`. */
  readonly payload?: readonly string[];
  readonly verify?: Step;
  readonly ownPackaging?: PackagingRecord;
  /** What the real dkms builds from the package of the tree's own debian/. */
  readonly packagingJudgement?: Judgement;
  readonly bmdeb: {
    readonly tree?: BmdebStep;
    readonly afterInit?: BmdebStep;
    readonly package?: BmdebStep;
  };
}

/** The result of comparing the build of dkms-deb with the build of the real tools for one kernel. */
export type Outcome = 'same' | 'code' | 'names' | 'differs' | 'missing' | 'fails too' | 'more';

/**
 * Compares the build of the real tools (`real`) with that of dkms-deb (`ours`). `same`: equal bytes; `code`: equal
 * except for srcversion and build id; `names`: the same modules with other bytes; `differs`: other modules; `missing`:
 * only the real tools build the driver; `fails too`: neither builds it; `more`: only dkms-deb builds it.
 */
export function outcome(real: KernelBuild | undefined, ours: KernelBuild | undefined): Outcome {
  const builds = real?.status === 'built';
  if (ours?.status !== 'built') return builds ? 'missing' : 'fails too';
  if (!builds) return 'more';
  const names = [...new Set([...Object.keys(real.modules), ...Object.keys(ours.modules)])];
  const pairs = names.map((name) => [real.modules[name], ours.modules[name]] as const);
  if (pairs.some(([one, other]) => one === undefined || other === undefined)) return 'differs';
  if (pairs.every(([one, other]) => one?.bytes === other?.bytes)) return 'same';
  return pairs.every(([one, other]) => one?.code === other?.code) ? 'code' : 'names';
}

/**
 * Returns what the real tools built, for a comparison with what bmdeb built in `part`. For the part `tree`, it is what
 * dkms built from the package of the tree's own debian/, if dkms built it for any kernel. Otherwise it is
 * `record.judgement`.
 */
export function judgementFor(record: DriverRecord, part: keyof DriverRecord['bmdeb']): Judgement {
  const own = part === 'tree' ? record.packagingJudgement : undefined;
  const builds = Object.values(own?.kernels ?? {}).some(({ status }) => status === 'built');
  return own !== undefined && builds ? own : record.judgement;
}

/**
 * Whether the build of dkms-deb is right. Compared with dkms, the bytes must be equal, apart from srcversion and build
 * id. A tree's own make uses other compiler flags, so there the names must be equal.
 */
export function isRight(record: DriverRecord, result: Outcome): boolean {
  return result === 'same' || result === 'code' || (record.kind === 'none' && result === 'names');
}

/** Returns the first error in a log: the compiler's if there is one, else make's or DKMS's, else ''. */
export function firstError(log: string): string {
  const lines = log.split('\n');
  const patterns = [/: (fatal )?error: |undefined!$/, /No rule to make|\*\*\* /, /error/i];
  for (const pattern of patterns) {
    const line = lines.find((each) => pattern.test(each));
    if (line !== undefined) return line.replace(/^\S*\/build\//, '').slice(0, 110);
  }
  return '';
}

/**
 * Returns the option of init that a hint asks for: `--set NAME=` or `--debian-version` with a value that any driver can
 * have, or `--conf` with the file in the hint, else with the first of `confs`. Undefined if the hint asks for no
 * option.
 */
export function optionOfHint(text: string, confs: readonly string[] = []): string[] | undefined {
  const [, name] = /--set '?(\w+)=/.exec(text) ?? [];
  if (name !== undefined) return ['--set', `${name}=${/NAME$/.test(name) ? 'driver' : '0.1'}`];
  const [, conf] = /--conf '?([\w./+-]+)/.exec(text) ?? [];
  if (conf !== undefined && !/^FILE\b/.test(conf)) return ['--conf', conf];
  if (conf !== undefined && confs[0] !== undefined) return ['--conf', confs[0]];
  return text.includes('--debian-version') ? ['--debian-version', '0.1'] : undefined;
}
