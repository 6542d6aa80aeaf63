import { basename } from 'node:path';
import type { SourceFile } from '../../facts/code/c-sources.ts';

/** Scripts, texts and other build systems' files that write or quote a dkms.conf. */
const NO_CONF =
  /\.(?:sh|bash|py|pl|mk|md|rst|txt|spec|ya?ml|json|html?|c|h|cmake|nix|old|bak|orig|rej|save|in|am|tpl|tmpl|template)$/;
const ELSEWHERE = /(?:^|\/)(?:tests?|samples?|examples?|docs?|\.github|node_modules)\//;

/**
 * Files that are a dkms.conf by what they say, under a name that a script of the project changes when it copies them
 * to /usr/src: toy_dkms.conf, dkms-toy.conf, toy.dkms.
 */
export function otherNamed(sources: readonly Pick<SourceFile, 'path' | 'text'>[]): string[] {
  return sources
    .filter(({ path, text }) => {
      const name = basename(path);
      if (!/dkms/i.test(name) || NO_CONF.test(name) || ELSEWHERE.test(path)) return false;
      const sets = (directive: string) => new RegExp(`^${directive}(?:\\[0\\])?=`, 'm').test(text);
      return sets('PACKAGE_NAME') && sets('BUILT_MODULE_NAME') && !text.includes('<<');
    })
    .map(({ path }) => path);
}
