import { basename } from 'node:path';
import type { ControlMember } from '../../archive/deb-writer.ts';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import type { Reporter } from '../../report/reporter.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { renderTemplate } from '../../system/text/template.ts';
import type { Packaging } from '../packaging.ts';
import { checkScript } from './check-script.ts';
import { maintscriptSnippet } from './maintscript.ts';

const SCRIPTS = ['preinst', 'postinst', 'prerm', 'postrm'] as const;

/** The maintainer scripts that call DKMS, each with the template of its commands. */
const DKMS_SNIPPETS: Readonly<Record<string, string>> = {
  postinst: 'package/dkms-postinst',
  prerm: 'package/dkms-prerm',
};

/**
 * Returns the maintainer scripts of the package. They contain the commands that add the driver to DKMS and remove it,
 * as the scripts of dh_dkms do, and the commands of debian/<package>.maintscript. If the user wrote a
 * debian/<package>.<script>, all these commands replace #DEBHELPER# in this file (dh_installdeb(1)). A file without
 * #DEBHELPER# gets none of these commands, and a warning goes to `reporter`. In prerm and postrm the order of the
 * commands is reversed. A script that would have no commands is left out. Throws InputError `bad-script`, and the
 * errors of maintscriptSnippet.
 */
export async function maintainerScripts(
  packaging: Packaging,
  conf: DkmsConf,
  reporter: Reporter,
): Promise<ControlMember[]> {
  const data = { package: packaging.packageName, name: conf.name, version: conf.version };
  const maintscript = await maintscriptSnippet(packaging);
  const members: ControlMember[] = [];
  for (const name of SCRIPTS) {
    const template = DKMS_SNIPPETS[name];
    const dkms = template === undefined ? '' : renderTemplate(template, data);
    const undoes = name === 'prerm' || name === 'postrm';
    const snippets = undoes ? maintscript + dkms : dkms + maintscript;
    const own = packaging.file(name);
    if (own === undefined && snippets === '') continue;
    const text =
      own === undefined
        ? renderTemplate('package/script', { snippets })
        : fillIn(await readTreeText(own), { file: own, dkms, snippets }, packaging, reporter);
    if (own !== undefined) await checkScript(text, own);
    members.push({ name, bytes: Buffer.from(text), mode: 0o755 });
  }
  return members;
}

function fillIn(
  text: string,
  script: { file: string; dkms: string; snippets: string },
  packaging: Packaging,
  reporter: Reporter,
): string {
  if (script.snippets !== '' && !text.includes('#DEBHELPER#')) {
    const [does, what] =
      script.dkms === ''
        ? [
            `run the commands of ${basename(packaging.file('maintscript') ?? '')}`,
            'these commands are to be run',
          ]
        : ['call DKMS', 'DKMS is to be called'];
    reporter.warn(
      `${script.file} has no #DEBHELPER# line, so it does not ${does}`,
      `Put a line #DEBHELPER# where ${what}.`,
    );
  }
  return text
    .replaceAll('#DEBHELPER#', () => script.snippets.trimEnd())
    .replaceAll('#PACKAGE#', () => packaging.packageName);
}
