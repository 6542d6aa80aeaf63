import { basename, resolve } from 'node:path';
import type { Fact } from '../../facts/fact.ts';
import type { NamedModule } from './kbuild-question.ts';

/** Names of directories that are too general to be the name of a driver. */
const WORKPLACE =
  /^(?:.{1,2}|linux[-_]?(?:kernel|driver|src|module)s?|kernel[-_]?(?:driver|module|src)s?|src|source|sources|code|driver|drivers|module|modules|kernel|kmod|kmods|linux|build|work|tmp|temp|test|tree|trunk|master|main|git|repo|repository|project|package|pkg|upstream|orig|unpacked|checkout|clone|dkms|debian|in|out|new|old|current|latest|release)$/i;

/**
 * Returns the name of a driver that has no dkms.conf. It is the first of these that exists: the value given with --set;
 * the name of the only module; the name of the repository; the name of the directory without a version
 * (`rtl8xxx-1.2.3`), unless it is a general name such as `src`; the beginning that the names of all modules have in
 * common; the name of the first module.
 */
export function derivedName(
  modules: readonly NamedModule[],
  known: {
    readonly given: ReadonlyMap<string, string>;
    readonly repository: Fact<string> | undefined;
    readonly directory: string;
  },
): Fact<string> {
  const said = known.given.get('PACKAGE_NAME');
  if (said !== undefined) return { value: said, from: '--set PACKAGE_NAME' };
  const names = modules.map(({ name }) => name);
  const [first = '', ...others] = names;
  if (others.length === 0) return { value: first, from: 'the only module' };
  if (known.repository !== undefined) return known.repository;
  const folder = basename(resolve(known.directory));
  const name = folder.replace(/[-_.]v?\d[\w.+~-]*$/, '');
  if (/^[A-Za-z][\w.+-]*$/.test(name) && !WORKPLACE.test(name)) {
    return { value: name, from: `the directory ${folder}` };
  }
  const common = commonStart(names);
  return common.length >= 3
    ? { value: common, from: `the common beginning of the names of ${names.length} modules` }
    : { value: first, from: `the first of ${names.length} modules` };
}

function commonStart(names: readonly string[]): string {
  const [first = ''] = names;
  let length = first.length;
  while (length > 0 && !names.every((name) => name.startsWith(first.slice(0, length)))) length--;
  return first.slice(0, length).replace(/[-_.]+$/, '');
}
