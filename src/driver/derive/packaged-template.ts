import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Returns a hint if debian/ has a template of a dkms.conf, such as debian/foo-dkms.dkms.in; undefined without one.
 * dkms-deb uses such a template only if the user names it, because debian/rules may do anything with it.
 */
export function packagedTemplateHint(directory: string): string | undefined {
  let names: string[];
  try {
    names = readdirSync(join(directory, 'debian'));
  } catch {
    // There is no debian/, or debian/ cannot be read. Other code reports that.
    return undefined;
  }
  const [template, ...others] = names
    .filter((name) => /\.dkms\.(?:in|am|tpl|tmpl|template)$/.test(name))
    .sort();
  if (template === undefined) return undefined;
  const more = others.length === 0 ? '' : `, or another one of debian/*.dkms.*`;
  return `Name the template from which debian/rules makes dkms.conf: --conf debian/${template}${more} (init, bmdeb, info).`;
}
