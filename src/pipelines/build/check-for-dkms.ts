import { basename, join } from 'node:path';
import { emptySubmodules, fillSubmodules } from '../../dkms/source/empty-submodules.ts';
import { InputError } from '../../errors.ts';
import type { Finding } from '../../module/verify/finding.ts';
import { readContents } from '../../package/verify/verify-contents.ts';
import { verifyPackage } from '../../package/verify/verify-package.ts';
import type { Reporter } from '../../report/reporter.ts';

/** Wrong in a package of source, but as debian/rules has it: the package is built as dh builds it. */
const ONLY_TOLD: ReadonlySet<string> = new Set(['no-dkms-postinst']);

/**
 * Looks at what dpkg-buildpackage made as `verify` does: it does not know what DKMS needs. InputError
 * `wrong-for-dkms` where a package has a source that DKMS cannot build, or the name of such a package and no source.
 * `directory`: the tree, for the hint.
 */
export async function checkForDkms(
  files: readonly string[],
  directory: string,
  reporter: Reporter,
): Promise<void> {
  const debs = files.filter((file) => file.endsWith('.deb'));
  const all = await Promise.all(debs.map((file) => readContents(file)));
  const isNamed = (name: string | undefined) => /-dkms$/.test(name ?? '');
  const withSource = all.filter(({ dkmsTrees }) => dkmsTrees.length > 0);
  for (const contents of all) {
    const name = contents.fields.get('Package');
    const promises = withSource.length === 0 && isNamed(name);
    if (!withSource.includes(contents) && !promises) continue;
    const { findings } = await verifyPackage(contents, all, { evaluate: false });
    for (const finding of findings) tell(finding, basename(contents.deb.path), reporter);
    const [wrong, ...more] = findings.filter(isError);
    if (wrong === undefined) continue;
    throw new InputError(
      'wrong-for-dkms',
      `dpkg-buildpackage made ${basename(contents.deb.path)}, which DKMS cannot use: ${wrong.message}`,
      {
        where: { file: join(directory, 'debian/rules') },
        output: more.map(({ message }) => message),
        hint: hintFor(wrong, directory),
      },
    );
  }
}

function isError({ level, code }: Finding): boolean {
  return level === 'error' && !ONLY_TOLD.has(code);
}

function tell({ level, code, message }: Finding, name: string, reporter: Reporter): void {
  if (code === 'no-dkms-postinst') {
    reporter.warn(
      `${name}: ${message}, for nothing calls dh_dkms, or it finds no dkms.conf`,
      'Write dh-sequence-dkms into Build-Depends, and the dkms.conf as debian/PACKAGE.dkms: dh_dkms(1).',
    );
  } else if (level === 'warning') reporter.warn(`${name}: ${message}`);
}

function hintFor({ code }: Finding, directory: string): string {
  const empty = emptySubmodules(directory);
  if (empty.length > 0) return fillSubmodules(empty);
  if (code === 'dkms-directory-name' || code === 'bad-conf') {
    return 'Let dh_dkms fill in the version: override_dh_dkms: dh_dkms -V; or install to /usr/src/NAME-VERSION.';
  }
  if (code === 'nothing-to-verify') {
    return 'Install the source to /usr/src/NAME-VERSION, and let dh_dkms install dkms.conf: dh-sequence-dkms in Build-Depends.';
  }
  return 'Install what is missing, too: see debian/rules and debian/*.install.';
}
