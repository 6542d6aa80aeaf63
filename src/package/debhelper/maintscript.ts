import { isPackageName } from '../../debian/package-name.ts';
import { isVersion } from '../../debian/version.ts';
import { InputError, type Place } from '../../errors.ts';
import { lookUp } from '../../system/text/look-up.ts';
import { shellLine } from '../../system/text/shell-word.ts';
import { renderTemplate } from '../../system/text/template.ts';
import type { Packaging } from '../packaging.ts';
import { readList } from './path-lists.ts';

/** The commands of dpkg-maintscript-helper(1), with the number of paths before the version. */
const PATHS: Readonly<Record<string, number>> = {
  rm_conffile: 1,
  mv_conffile: 2,
  symlink_to_dir: 2,
  dir_to_symlink: 2,
};

/**
 * Returns the calls of dpkg-maintscript-helper listed in debian/<package>.maintscript, for all maintainer scripts.
 * Returns '' if the package has no such file. Throws InputError `maintscript` for calls that the helper would refuse.
 */
export async function maintscriptSnippet(packaging: Packaging): Promise<string> {
  const file = packaging.file('maintscript');
  if (file === undefined) return '';
  const calls: string[] = [];
  for (const { words, where } of await readList(file, new Map())) {
    checkCall(words, where);
    calls.push(shellLine(words));
  }
  return calls.length === 0 ? '' : renderTemplate('package/maintscript', { calls });
}

function checkCall(words: readonly string[], where: Place): void {
  const [command = '', ...rest] = words;
  const paths = lookUp(PATHS, command);
  if (paths === undefined)
    throw wrong(`${command} is not a command of dpkg-maintscript-helper`, where);
  if (rest.length < paths)
    throw wrong(`${command} needs ${paths === 1 ? 'a path' : `${paths} paths`}`, where);
  // The second path of the other commands is the target of a link, which may be relative.
  const absolute = rest.slice(0, command === 'mv_conffile' ? 2 : 1);
  const relative = absolute.find((path) => !path.startsWith('/'));
  if (relative !== undefined) throw wrong(`${relative} is not an absolute path`, where);
  const [version, owner, ...more] = rest.slice(paths);
  if (version !== undefined && !isVersion(version))
    throw wrong(`${version} is not a version`, where);
  if (owner !== undefined && !isPackageName(owner))
    throw wrong(`${owner} is not a package name`, where);
  if (more.length > 0 || rest.includes('--'))
    throw wrong('the line has more words than the command takes', where);
}

function wrong(message: string, where: Place): InputError {
  return new InputError('maintscript', message, {
    where,
    hint: 'See dpkg-maintscript-helper(1); leave out "--" and what follows it.',
  });
}
