import { ANY_MAKEFILE } from '../../dkms/source/makefile-name.ts';

/** Whether a file may install files of a driver: a makefile, a script, or a file of another packaging. */
export function isInstallStep(path: string): boolean {
  return (
    ANY_MAKEFILE.test(path) ||
    /\.(?:sh|spec|install)$|(?:^|\/)(?:CMakeLists\.txt|PKGBUILD|meson\.build|install)$/.test(path)
  );
}
