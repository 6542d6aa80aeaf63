import { dirname, join, resolve } from 'node:path';
import type { Plan } from '../../debianize/plan.ts';
import { isExecutable } from '../../system/process/find-program.ts';
import { queryDpkg } from '../../system/process/query-dpkg.ts';
import { shellWord } from '../../system/text/shell-word.ts';

/** Matches a directory that npx has added to PATH. The directory is temporary. */
const TEMPORARY = /\/_npx\//;

/**
 * Returns a note about how to run dpkg-buildpackage so that debian/rules finds dkms-deb. Returns undefined if the
 * Debian package of dkms-deb is installed, or if debian/rules does not call dkms-deb. `command` is the path by which
 * dkms-deb was called.
 */
export async function howToBuild(
  plan: Plan,
  command: string,
  path: string = process.env.PATH ?? '',
): Promise<string | undefined> {
  if (!callsDkmsDeb(plan) || (await isInstalled())) return undefined;
  const build =
    'dpkg-buildpackage -us -uc -b -d (-d: dkms-deb comes from PATH, not from a package)';
  if (isInPath(path)) return `Build the package with: ${build}`;
  const directory = dirname(resolve(command));
  return TEMPORARY.test(directory)
    ? `debian/rules calls dkms-deb, which npx removes again. Install dkms-deb from the file that npx used (npm install -g FILE), or from its .deb (docs/install.md). Then run: ${build}`
    : `debian/rules calls dkms-deb, which is not in PATH. Run export PATH=${shellWord(directory)}:"$PATH", then: ${build}`;
}

/** Whether debian/rules will call dkms-deb after init has carried out its plan. */
function callsDkmsDeb({ files }: Plan): boolean {
  const rules = files.find(({ path }) => path === 'rules');
  const kept = rules?.action === 'keep' || rules?.action === 'suggest';
  const text = kept ? rules.before : rules?.text;
  return /^\t.*\bdkms-deb\b/m.test(text ?? '');
}

/** Whether the Debian package dkms-deb is installed, so that dpkg-checkbuilddeps accepts `Build-Depends: dkms-deb`. */
async function isInstalled(): Promise<boolean> {
  const packages = await queryDpkg(['db:Status-Status'], ['dkms-deb']).catch(() => []);
  return packages[0]?.[0] === 'installed';
}

function isInPath(path: string): boolean {
  return path
    .split(':')
    .filter((directory) => directory.startsWith('/') && !TEMPORARY.test(`${directory}/`))
    .some((directory) => isExecutable(join(directory, 'dkms-deb')));
}
