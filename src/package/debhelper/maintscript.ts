import { isPackageName } from '../../debian/package-name.ts';
import { isVersion } from '../../debian/version.ts';
import { InputError, type Place } from '../../errors.ts';
import { lookUp } from '../../system/text/look-up.ts';
import { shellWord } from '../../system/text/shell-word.ts';
import { renderTemplate } from '../../system/text/template.ts';
import type { Packaging } from '../packaging.ts';
import { readList } from './path-lists.ts';

/** dpkg-maintscript-helper(1): its commands, and how many paths each has before the version. */
const PATHS: Readonly<Record<string, number>> = {
  rm_conffile: 1,
  mv_conffile: 2,
  symlink_to_dir: 2,
  dir_to_symlink: 2,
};

/**
 * The calls of dpkg-maintscript-helper that debian/<package>.maintscript lists, for every maintainer
 * script; '' without such a file. InputError `maintscript` for what the helper would not take.
 */
export async function maintscriptSnippet(packaging: Packaging): Promise<string> {
  const file = packaging.file('maintscript');
  if (file === undefined) return '';
  const calls: string[] = [];
  for (const { words, where } of await readList(file, new Map())) {
    checkCall(words, where);
    calls.push(words.map(shellWord).join(' '));
  }
  return calls.length === 0 ? '' : renderTemplate('package/maintscript', { calls });
}

function checkCall(words: readonly string[], where: Place): void {
  const [command = '', ...rest] = words;
  const paths = lookUp(PATHS, command);
  if (paths === undefined)
    throw wrong(`${command} is no command of dpkg-maintscript-helper`, where);
  if (rest.length < paths) throw wrong(`${command} needs ${paths} path(s)`, where);
  if (rest[0]?.startsWith('/') !== true) throw wrong(`${rest[0]} is not an absolute path`, where);
  const [version, owner, ...more] = rest.slice(paths);
  if (version !== undefined && !isVersion(version)) throw wrong(`${version} is no version`, where);
  if (owner !== undefined && !isPackageName(owner)) throw wrong(`${owner} is no package`, where);
  if (more.length > 0 || rest.includes('--')) throw wrong('there are too many words', where);
}

function wrong(message: string, where: Place): InputError {
  return new InputError('maintscript', message, {
    where,
    hint: 'See dpkg-maintscript-helper(1); without the "--" and what follows it.',
  });
}
