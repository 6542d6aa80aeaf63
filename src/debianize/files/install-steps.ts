import { basename, dirname } from 'node:path';
import { ANY_MAKEFILE } from '../../dkms/source/makefile-name.ts';

/** Whether a file may install files of a driver: a makefile, a script, or a file of another packaging. */
export function isInstallStep(path: string): boolean {
  return (
    ANY_MAKEFILE.test(path) ||
    /\.(?:sh|spec|install)$|(?:^|\/)(?:CMakeLists\.txt|PKGBUILD|meson\.build|install)$/.test(path)
  );
}

/**
 * Whether an install step installs a file: it contains the name of the file, or copies all files of its folder into a
 * directory such as modprobe.d (`cp modprobe/* /etc/modprobe.d/`).
 */
export function isInstalledBy(step: string, path: string, directory: string): boolean {
  if (step.includes(basename(path))) return true;
  const folder = basename(dirname(path));
  if (folder === '.' || folder === '') return false;
  const quoted = folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const all = new RegExp(`(?:^|[\\s/"'])${quoted}/["']?\\*`);
  return step.split('\n').some((line) => line.includes(`/${directory}`) && all.test(line));
}
