import { type DkmsConf, readConf } from './conf.ts';
import { evaluateConf } from './evaluate.ts';
import { isSameForKernels, kernelExclusion, type NamedKernel } from './kernel-exclusion.ts';
import { onlySetsVariables } from './only-sets-variables.ts';
import { readConfText } from './read-conf-text.ts';

/**
 * Matches a dkms.conf that may depend on the headers. Such a file names a variable with a path of the headers, lists
 * all variables, or runs a string (`eval`) or another file, which can use these variables.
 */
const READS_HEADERS =
  /kernel_source_dir|kernel_config|(?:^|[;&|({`]|\b(?:then|do|else|if|while|until)\b)\s*(?:\.|source|set|eval|declare|typeset|compgen)\s/m;

/**
 * Reads dkms.conf for a kernel whose headers are not on this machine. Returns undefined if the contents of the headers
 * may change the result. Conditions on the kernel's configuration are ignored: if `excluded` is set, the kernel is
 * excluded; if it is not set, BUILD_EXCLUSIVE_CONFIG may still exclude the kernel. Throws the errors of evaluateConf
 * and readConf.
 */
export async function readConfBeforeHeaders(
  confFile: string,
  named: NamedKernel,
): Promise<DkmsConf | undefined> {
  const text = await readConfText(confFile);
  if (!onlySetsVariables(text) && READS_HEADERS.test(text)) return undefined;
  const kernel = withoutHeaders(named);
  return readConf(await evaluateConf(confFile, { kernel }), kernel);
}

/** The name and the version of a driver, and why it is not built for a kernel. */
export type Exclusion = Pick<DkmsConf, 'name' | 'version' | 'excluded'>;

/**
 * Returns a function that gives for each kernel what readConfBeforeHeaders gives. If dkms.conf has the same values for
 * every kernel, bash runs only once.
 */
export function exclusionsBeforeHeaders(
  confFile: string,
): (kernel: NamedKernel) => Promise<Exclusion | undefined> {
  let once: Promise<((kernel: NamedKernel) => Exclusion) | undefined> | undefined;
  return async (kernel) => {
    once ??= exclusionsAtOnce(confFile, kernel);
    const known = await once;
    return known === undefined ? readConfBeforeHeaders(confFile, kernel) : known(kernel);
  };
}

/**
 * Evaluates dkms.conf for `first`, and returns a function that gives the exclusion for any kernel. Returns undefined
 * instead of a function if the values may differ for another kernel, or if only bash can match an expression.
 */
async function exclusionsAtOnce(
  confFile: string,
  first: NamedKernel,
): Promise<((kernel: NamedKernel) => Exclusion) | undefined> {
  if (!isSameForKernels(await readConfText(confFile))) return undefined;
  const kernel = withoutHeaders(first);
  const evaluated = await evaluateConf(confFile, { kernel });
  const { name, version } = readConf(evaluated, kernel);
  const exclusion = kernelExclusion(evaluated.values);
  return exclusion && ((other) => ({ name, version, excluded: exclusion(other) }));
}

function withoutHeaders({ release, machine }: NamedKernel) {
  const directory = `/lib/modules/${release}/build`;
  return { release, machine, directory, configFile: undefined, config: undefined };
}
