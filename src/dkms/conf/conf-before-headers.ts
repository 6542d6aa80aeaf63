import { type DkmsConf, readConf } from './conf.ts';
import { evaluateConf } from './evaluate.ts';
import { onlySetsVariables } from './only-sets-variables.ts';
import { readConfText } from './read-conf-text.ts';

/**
 * Matches a dkms.conf that may depend on the headers. Such a file names the variables in which DKMS gives the paths of
 * the headers, sources another file, which has these variables, too, or lists all variables.
 */
const READS_HEADERS =
  /kernel_source_dir|kernel_config|(?:^|[;&|({`]|\b(?:then|do|else|if|while|until)\b)\s*(?:\.|source|set|eval|declare|typeset|compgen)\s/m;

/**
 * Reads dkms.conf for a kernel whose headers are not on this machine. Returns undefined if the contents of the headers
 * may change the result. Conditions on the kernel's configuration are ignored, so `excluded` is right if it is set;
 * otherwise BUILD_EXCLUSIVE_CONFIG may still exclude the kernel. Throws the errors of evaluateConf and readConf.
 */
export async function readConfBeforeHeaders(
  confFile: string,
  { release, machine }: { readonly release: string; readonly machine: string },
): Promise<DkmsConf | undefined> {
  const text = await readConfText(confFile);
  if (!onlySetsVariables(text) && READS_HEADERS.test(text)) return undefined;
  const directory = `/lib/modules/${release}/build`;
  const kernel = { release, machine, directory, configFile: undefined, config: undefined };
  return readConf(await evaluateConf(confFile, { kernel }), kernel);
}
