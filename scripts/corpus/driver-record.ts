/** What is measured of one driver, as it is kept in a JSON file; and what the figures mean. */

/** A module by two digests: of its bytes, and of its bytes without srcversion and build id. */
export interface ModuleDigests {
  readonly bytes: string;
  readonly code: string;
}

export interface KernelBuild {
  readonly status: 'built' | 'excluded' | 'failed';
  /** Why it failed: a code of ours, or the first error of a log. */
  readonly reason: string;
  readonly modules: Readonly<Record<string, ModuleDigests>>;
}

/** What the real tools made of the tree: dkms, or the tree's own make where it has no dkms.conf. */
export interface Judgement {
  /** `dkms.conf`, `debian/x.dkms in src`, `make in driver` … */
  readonly how: string;
  readonly kernels: Readonly<Record<string, KernelBuild>>;
}

/** One call of the product. */
export interface Step {
  /** 124: it did not end in time. */
  readonly status: number;
  readonly seconds: number;
  /** Code and text of the error. */
  readonly error: string;
  readonly warnings: readonly string[];
}

export interface BmdebStep extends Step {
  readonly kernels: Readonly<Record<string, KernelBuild>>;
}

export interface InitStep extends Step {
  /** Options that it did not do without. */
  readonly options: readonly string[];
  readonly fixmes: readonly string[];
  readonly doubts: readonly string[];
  readonly identity?: { readonly name: string; readonly version: string };
}

/** The debian/ that a tree came with: build beside dpkg-buildpackage. */
export interface PackagingRecord extends Step {
  readonly theirs: Step;
  /** Paths that only one of both packages has, or that differ; undefined where one of both failed. */
  readonly payload?: readonly string[];
}

export interface DriverRecord {
  readonly name: string;
  readonly product: string;
  readonly commit: string;
  readonly date: string;
  /** Where its dkms.conf is: in the root, elsewhere, a template, in debian/, nowhere. */
  readonly kind: 'root' | 'elsewhere' | 'template' | 'debian' | 'none';
  /** It came with a debian/ of its own. */
  readonly packaged: boolean;
  readonly judgement: Judgement;
  readonly lint: Step & { readonly findings: Readonly<Record<string, number>> };
  readonly init: InitStep;
  /** With --rules dkms-deb and --rules dh. */
  readonly build?: Step;
  readonly debhelper?: Step;
  /** Paths that only one of both packages has, or that differ; `dkms-deb: usr/…`. */
  readonly payload?: readonly string[];
  readonly verify?: Step;
  readonly ownPackaging?: PackagingRecord;
  /** What the real dkms builds of the package that its own debian/ gives. */
  readonly packagingJudgement?: Judgement;
  readonly bmdeb: {
    readonly tree?: BmdebStep;
    readonly afterInit?: BmdebStep;
    readonly package?: BmdebStep;
  };
}

/** How a build of ours compares with that of the real tools at one kernel. */
export type Outcome = 'same' | 'code' | 'names' | 'differs' | 'missing' | 'fails too' | 'more';

/**
 * `same`: byte for byte; `code`: but for srcversion and build id; `names`: the same modules, of other
 * bytes; `differs`: other modules; `missing`: real tools build it, we do not; `fails too`: neither
 * does; `more`: only we do.
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

/** Who tells what is right: dkms with the package of the tree's own debian/, where that can be built. */
export function judgementFor(record: DriverRecord, part: keyof DriverRecord['bmdeb']): Judgement {
  const own = part === 'tree' ? record.packagingJudgement : undefined;
  const builds = Object.values(own?.kernels ?? {}).some(({ status }) => status === 'built');
  return own !== undefined && builds ? own : record.judgement;
}

/** Did we build what the real tools build? Where dkms decides, to the byte; make has flags of its own. */
export function isRight(record: DriverRecord, result: Outcome): boolean {
  return result === 'same' || result === 'code' || (record.kind === 'none' && result === 'names');
}

/** The compiler's own words before make's and DKMS's. */
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
 * The option of init that a hint asks for: `--set NAME=`, `--debian-version`, `--conf FILE`; with a
 * value that any driver can have, or the first of `confs`.
 */
export function optionOfHint(text: string, confs: readonly string[] = []): string[] | undefined {
  const [, name] = /--set '?(\w+)=/.exec(text) ?? [];
  if (name !== undefined) return ['--set', `${name}=${/NAME$/.test(name) ? 'driver' : '0.1'}`];
  const [, conf] = /--conf '?([\w./+-]+)/.exec(text) ?? [];
  if (conf !== undefined && !/^FILE\b/.test(conf)) return ['--conf', conf];
  if (conf !== undefined && confs[0] !== undefined) return ['--conf', confs[0]];
  return text.includes('--debian-version') ? ['--debian-version', '0.1'] : undefined;
}
