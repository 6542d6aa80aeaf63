import { readFile } from 'node:fs/promises';
import type { ControlMember } from '../archive/deb-writer.ts';
import type { DkmsConf } from '../dkms/conf.ts';
import { renderTemplate } from '../system/template.ts';
import type { Packaging } from './packaging.ts';

/** The scripts that have to do with DKMS; the others are the packager's alone. */
const SNIPPETS: Readonly<Record<string, string>> = {
  postinst: 'package/dkms-postinst',
  prerm: 'package/dkms-prerm',
};

/**
 * postinst and prerm that add and remove the module with DKMS, as dh_dkms's do; a person's own
 * debian/<package>.<script> has them where it says #DEBHELPER# (dh_installdeb(1)).
 */
export async function dkmsMaintainerScripts(
  packaging: Packaging,
  conf: DkmsConf,
): Promise<ControlMember[]> {
  const members: ControlMember[] = [];
  for (const name of ['preinst', 'postinst', 'prerm', 'postrm']) {
    const template = SNIPPETS[name];
    const data = { package: packaging.packageName, name: conf.name, version: conf.version };
    const snippet = template === undefined ? '' : renderTemplate(template, data);
    const own = packaging.file(name);
    if (own === undefined && snippet === '') continue;
    const text =
      own === undefined
        ? renderTemplate('package/script', { snippets: snippet })
        : (await readFile(own, 'utf8')).replaceAll('#DEBHELPER#', () => snippet.trimEnd());
    members.push({ name, bytes: Buffer.from(text), mode: 0o755 });
  }
  return members;
}
