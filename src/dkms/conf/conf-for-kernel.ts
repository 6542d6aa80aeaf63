import type { KernelHeaders } from '../../kernel/headers.ts';
import { type DkmsConf, readConf } from './conf.ts';
import { evaluateConf } from './evaluate.ts';
import type { EvaluationContext } from './evaluation-context.ts';

/**
 * Reads dkms.conf as DKMS does for one kernel. `context` may name other directories than DKMS's /var/lib/dkms and
 * /usr/src. Throws the errors of evaluateConf and readConf.
 */
export async function readConfForKernel(
  confFile: string,
  headers: KernelHeaders,
  context: Omit<EvaluationContext, 'kernel'> = {},
): Promise<DkmsConf> {
  // If the headers have no configuration file, DKMS ignores conditions on the configuration.
  const config = headers.configFile === undefined ? undefined : headers.config;
  const kernel = { ...headers, config };
  return readConf(await evaluateConf(confFile, { ...context, kernel }), kernel);
}
