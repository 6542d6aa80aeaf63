import type { KernelHeaders } from '../../kernel/headers.ts';
import { type DkmsConf, readConf } from './conf.ts';
import { evaluateConf } from './evaluate.ts';
import type { EvaluationContext } from './evaluation-context.ts';

/**
 * dkms.conf as DKMS reads it for one kernel, in DKMS's own places where `context` names no others;
 * ConfError as evaluateConf and readConf.
 */
export async function readConfForKernel(
  confFile: string,
  headers: KernelHeaders,
  context: Omit<EvaluationContext, 'kernel'> = {},
): Promise<DkmsConf> {
  // Without a file of them DKMS skips the conditions on the configuration.
  const config = headers.configFile === undefined ? undefined : headers.config;
  const kernel = { ...headers, config };
  return readConf(await evaluateConf(confFile, { ...context, kernel }), kernel);
}
