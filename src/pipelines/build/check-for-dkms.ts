import { basename, join } from 'node:path';
import { emptySubmodules, fillSubmodules } from '../../dkms/source/empty-submodules.ts';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
import { InputError } from '../../errors.ts';
import type { Finding } from '../../module/verify/finding.ts';
import { readContents } from '../../package/verify/package-contents.ts';
import { verifyPackage } from '../../package/verify/verify-package.ts';
import type { Reporter } from '../../report/reporter.ts';
import { someNames } from '../../system/text/some-names.ts';

/** The codes of errors that are only warnings here, because dh also builds packages with such errors. */
const WARNED_ONLY: ReadonlySet<string> = new Set(['no-dkms-postinst']);

/**
 * Checks the packages that dpkg-buildpackage has built, as `verify` does. Throws InputError `wrong-for-dkms` if a
 * package with source has an error, such as source that DKMS cannot build. Also throws it if a package is named *-dkms,
 * but no package has source. `directory` is the source tree.
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
    for (const finding of findings) warn(finding, basename(contents.deb.path), reporter);
    const [wrong, ...more] = findings.filter(isError);
    if (wrong === undefined) continue;
    throw new InputError(
      'wrong-for-dkms',
      `dpkg-buildpackage made ${basename(contents.deb.path)}, which DKMS cannot use: ${wrong.message}`,
      {
        where: { file: join(directory, 'debian/rules') },
        output: more.map(({ message }) => message),
        hint: await hintFor(wrong, directory),
      },
    );
  }
}

function isError({ level, code }: Finding): boolean {
  return level === 'error' && !WARNED_ONLY.has(code);
}

function warn({ level, code, message }: Finding, name: string, reporter: Reporter): void {
  if (code === 'no-dkms-postinst') {
    reporter.warn(
      `${name}: ${message}: dh_dkms is not called, or finds no dkms.conf`,
      'Add dh-sequence-dkms to Build-Depends, and install dkms.conf as debian/PACKAGE.dkms (dh_dkms(1)).',
    );
  } else if (level === 'warning') reporter.warn(`${name}: ${message}`);
}

/**
 * Returns a hint for an error. If the package lacks a file, and the source tree has a file with that name, the hint
 * names the file in the tree. It names at most 10 files.
 */
export async function hintFor(
  { code, message }: Pick<Finding, 'code' | 'message'>,
  directory: string,
): Promise<string> {
  const missing = [...message.matchAll(/(?<![^\s,])([^\s,]+),? (?:which )?is missing/g)].map(
    ([, name]) => name,
  );
  const names = missing.map((name = '') => name.replace(/^(?:\.\/)+/, ''));
  const entries = names.length === 0 ? [] : await listSourceTree(directory);
  const there = entries.filter(
    ({ path, type }) =>
      type === 'file' && names.some((name) => path === name || path.endsWith(`/${name}`)),
  );
  if (there.length > 0) {
    const paths = someNames(
      there.map(({ path }) => path),
      10,
    );
    return `Install ${paths} as well: see debian/rules and debian/*.install.`;
  }
  const empty = emptySubmodules(directory);
  if (empty.length > 0) return fillSubmodules(directory, empty);
  if (code === 'dkms-directory-name' || code === 'bad-conf') {
    return 'Let dh_dkms fill in the version (in debian/rules: override_dh_dkms: ; dh_dkms -V), or install to /usr/src/NAME-VERSION.';
  }
  if (code === 'nothing-to-verify') {
    return 'Install the source to /usr/src/NAME-VERSION, and add dh-sequence-dkms to Build-Depends, so that dh_dkms installs dkms.conf.';
  }
  return 'Install the missing files: see debian/rules and debian/*.install.';
}
