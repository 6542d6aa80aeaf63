import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Returns a hint if debian/rules makes the dkms.conf of a package from a template such as debian/foo-dkms.dkms.in: such
 * a file is not searched for, because debian/rules may do anything with it. Returns undefined if there is none.
 */
export function packagedTemplateHint(directory: string): string | undefined {
  let names: string[];
  try {
    names = readdirSync(join(directory, 'debian'));
  } catch {
    // There is no debian/, or it cannot be read. Then other errors report it.
    return undefined;
  }
  const [template, ...others] = names
    .filter((name) => /\.dkms\.(?:in|am|tpl|tmpl|template)$/.test(name))
    .sort();
  if (template === undefined) return undefined;
  const more = others.length === 0 ? '' : `, or another one of debian/*.dkms.*`;
  return `Name the template from which debian/rules makes it: --conf debian/${template}${more}.`;
}
