import { readFile } from 'node:fs/promises';
import type { Driver } from './driver.ts';
import { type GeneratedFile, generated } from './generated-file.ts';

/**
 * debian/<package>.dkms: the driver's dkms.conf, so that dh_dkms reads out of it what bash does. That
 * program greps: exactly one line may match `PACKAGE_NAME=` and one `PACKAGE_VERSION=`, each with
 * a quoted literal. A file that is so already is taken as it is.
 */
export async function dkmsFile(driver: Driver): Promise<GeneratedFile> {
  const text = await readFile(driver.location.file, 'latin1');
  const named = literalOnce(text, 'PACKAGE_NAME', driver.conf.name);
  const result = literalOnce(named, 'PACKAGE_VERSION', driver.conf.version);
  return generated(`${driver.packageName}.dkms`, Buffer.from(result, 'latin1').toString('utf8'));
}

/** Makes `DIRECTIVE="value"` the only line that dh_dkms's unanchored expression can match. */
function literalOnce(text: string, directive: string, value: string): string {
  const lines = text.split('\n');
  const matching = lines.filter((line) => line.includes(`${directive}=`));
  const [only] = matching;
  const quoted = [`${directive}="${value}"`, `${directive}='${value}'`];
  if (matching.length === 1 && quoted.includes(only?.trimEnd() ?? '')) return text;
  const literal = `${directive}="${value}"`;
  const assignment = new RegExp(`^\\s*${directive}(\\[0\\])?=`);
  let done = false;
  const kept: string[] = [];
  for (const line of lines) {
    if (assignment.test(line) && !done) {
      kept.push(literal);
      done = true;
    } else if (!assignment.test(line) && !line.includes(`${directive}=`)) kept.push(line);
  }
  return (done ? kept : [literal, ...kept]).join('\n');
}
