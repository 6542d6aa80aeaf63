import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ConfError } from '../errors.ts';
import { withTemporaryDirectory } from '../system/cleanup.ts';
import { type EvaluatedConf, evaluateConf } from './evaluate.ts';
import type { EvaluationContext } from './evaluation-context.ts';

/**
 * Evaluates `text` in the place of `file`, such as a dkms.conf whose placeholders are filled in. What is
 * wrong with it is told of the file, which a person can see.
 */
export async function evaluateText(
  file: string,
  text: Buffer,
  context: EvaluationContext,
): Promise<EvaluatedConf> {
  return withTemporaryDirectory('conf', async (scratch) => {
    const copy = join(scratch, basename(file));
    await writeFile(copy, text);
    const evaluated = await evaluateConf(copy, context).catch((error: unknown) => {
      if (!(error instanceof ConfError) || error.where?.file !== copy) throw error;
      const { code, message, exitStatus, output, hint, where } = error;
      const details = { where: { ...where, file }, output, cause: error, ...(hint && { hint }) };
      throw new ConfError(code, message, details, exitStatus);
    });
    return { ...evaluated, file };
  });
}
