import { createHash } from 'node:crypto';
import { basename, dirname, join, relative } from 'node:path';
import { readManifest } from '../../driver/conf/init-memory.ts';
import type { LintFinding } from '../text/rule.ts';

const TEMPLATE = /\.(?:in|am|tpl|tmpl|template)$/;

/**
 * Removes each finding in a generated file if the original of the file has the same finding: the same code, and the
 * same text in its line. The original of a dkms.conf is the template in the same folder. The original of a
 * debian/<package>.dkms that init wrote and nobody edited is the dkms.conf of the driver. If several files outside of
 * debian/ are checked, it has no original.
 */
export async function withoutCopies(
  directory: string,
  files: readonly { readonly file: string; readonly text: string }[],
  findings: readonly LintFinding[],
): Promise<LintFinding[]> {
  const manifest = await readManifest(join(directory, 'debian')).catch(() => undefined);
  const names = new Set(files.map(({ file }) => file));
  const originals = files.filter(({ file }) => !relative(directory, file).startsWith('debian/'));
  const originalOf = ({ file, text }: { file: string; text: string }): string | undefined => {
    const template = [...names].find(
      (name) => TEMPLATE.test(name) && name.replace(TEMPLATE, '') === file,
    );
    if (template !== undefined) return template;
    if (relative(directory, dirname(file)) !== 'debian') return undefined;
    const sum = createHash('sha256').update(text, 'latin1').digest('hex');
    const [only, ...others] = originals;
    const written = manifest?.files[basename(file)] === sum;
    return written && others.length === 0 ? only?.file : undefined;
  };
  const copies = new Map(
    files.flatMap((one) => {
      const original = originalOf(one);
      return original === undefined ? [] : [[one.file, original] as const];
    }),
  );
  return findings.filter(({ file, code, source }) => {
    const original = copies.get(file);
    return !findings.some(
      (other) => other.file === original && other.code === code && other.source === source,
    );
  });
}
