import { basename } from 'node:path';
import type { SourceFile } from '../../facts/code/c-sources.ts';

/** Matches scripts, documents and files of build systems. They may write or quote a dkms.conf, but are not one. */
const NO_CONF =
  /\.(?:sh|bash|py|pl|mk|md|rst|txt|spec|ya?ml|json|html?|c|h|cmake|nix|old|bak|orig|rej|save|in|am|tpl|tmpl|template)$/;
const SAMPLE_FOLDERS = /(?:^|\/)(?:tests?|samples?|examples?|docs?|\.github|node_modules)\//;

/**
 * Returns the files that have the contents of a dkms.conf, but another name (toy_dkms.conf, dkms-toy.conf, toy.dkms).
 * The install script of such a project renames the file when it copies it to /usr/src.
 */
export function otherNamed(sources: readonly Pick<SourceFile, 'path' | 'text'>[]): string[] {
  return sources
    .filter(({ path, text }) => {
      const name = basename(path);
      if (!/dkms/i.test(name) || NO_CONF.test(name) || SAMPLE_FOLDERS.test(path)) return false;
      const sets = (directive: string) => new RegExp(`^${directive}(?:\\[0\\])?=`, 'm').test(text);
      return sets('PACKAGE_NAME') && sets('BUILT_MODULE_NAME') && !text.includes('<<');
    })
    .map(({ path }) => path);
}
