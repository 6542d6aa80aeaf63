import type { EvaluatedConf } from './evaluate.ts';
import { exclusionOf } from './exclusion.ts';
import { readModules } from './modules.ts';
import { onlySetsVariables } from './only-sets-variables.ts';
import { EVALUATION_VARIABLES } from './shell-of-dkms.ts';

/** What is known about a kernel without its headers. */
export interface NamedKernel {
  readonly release: string;
  readonly machine: string;
}

type Values = EvaluatedConf['values'];

/** The variables of DKMS that depend only on the driver. All others are taken for variables of the kernel. */
const OF_THE_DRIVER = new Set(['module', 'module_version']);
const OF_THE_KERNEL = EVALUATION_VARIABLES.filter((name) => !OF_THE_DRIVER.has(name));

const REGULAR_EXPRESSIONS = ['BUILD_EXCLUSIVE_KERNEL', 'BUILD_EXCLUSIVE_ARCH'] as const;
/**
 * Matches extended regular expressions (regex(7)) that mean the same in JavaScript. They consist of characters, escaped
 * punctuation, plain bracket expressions, groups, anchors and repetitions.
 */
const SAME_IN_BOTH =
  /^(?:\[\^?[A-Za-z0-9._+-]+\]|\\[.^$*+?()[\]{}|\\/-]|\{\d{1,3}(?:,\d{0,3})?\}|\((?!\?)|[A-Za-z0-9._^$|)*+?:/@~=,-])*$/;

/** Whether a dkms.conf has the same values for every kernel: it runs nothing, and uses no variable of the kernel. */
export function isSameForKernels(text: string): boolean {
  const uses = new RegExp(`\\$\\{?(?:${OF_THE_KERNEL.join('|')})\\b`);
  // Escapes and end anchors of regular expressions run nothing in the shell.
  const plain = text.replace(/\\[.+*?()[\]{}|^/-]|\$(?=["')|])/g, '.');
  return onlySetsVariables(plain) && !uses.test(text);
}

/**
 * Returns a function that says why the values of a dkms.conf exclude a kernel by its release or architecture. For a
 * kernel that is not excluded, the function returns undefined. If isSameForKernels is true for the text of the
 * dkms.conf, the function gives the same reasons as readConfBeforeHeaders. If only bash can match one of the
 * expressions, there is no function, and undefined is returned.
 */
export function kernelExclusion(
  values: Values,
): ((kernel: NamedKernel) => string | undefined) | undefined {
  const expressions = new Map<string, readonly (readonly [number, RegExp])[]>();
  for (const name of REGULAR_EXPRESSIONS) {
    const own = [...(values.get(name) ?? [])];
    if (own.some(([, value]) => !SAME_IN_BOTH.test(value))) return undefined;
    const compiled = own.flatMap(([index, value]) => {
      const expression = compiledOf(value);
      return expression === undefined ? [] : [[index, expression] as const];
    });
    if (compiled.length < own.length) return undefined;
    expressions.set(name, compiled);
  }
  const isConditional = [...values.keys()].some((name) =>
    /^(?:BUILD_EXCLUSIVE_|OBSOLETE_BY)/.test(name),
  );
  if (!isConditional) return () => undefined;
  const conf = { file: 'dkms.conf', values, matches: new Map(), complaints: [] };
  const name = values.get('PACKAGE_NAME')?.get(0) ?? '';
  const indices = readModules(conf, name, [], []).map(({ index }) => index);
  return (kernel) => excludedBy(conf, expressions, indices, kernel);
}

function excludedBy(
  conf: EvaluatedConf,
  expressions: ReadonlyMap<string, readonly (readonly [number, RegExp])[]>,
  indices: readonly number[],
  { release, machine }: NamedKernel,
): string | undefined {
  const matched = (name: string, subject: string) => {
    const found = expressions.get(name) ?? [];
    return [name, new Map(found.map(([index, one]) => [index, one.test(subject)]))] as const;
  };
  const matches = new Map([
    matched('BUILD_EXCLUSIVE_KERNEL', release),
    matched('BUILD_EXCLUSIVE_ARCH', machine),
  ]);
  const kernel = { release, machine, config: undefined };
  const reasons = indices.map((index) => exclusionOf({ ...conf, matches }, index, kernel));
  const excluded = reasons.every((reason) => reason !== undefined);
  return excluded ? reasons.find((reason) => reason !== undefined) : undefined;
}

/**
 * Compiles an expression of dkms.conf. Returns undefined if JavaScript does not accept it, such as `a**`, which bash
 * accepts.
 */
function compiledOf(value: string): RegExp | undefined {
  try {
    return new RegExp(value);
  } catch {
    return undefined;
  }
}
