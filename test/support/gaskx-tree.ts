import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const CONF = `PACKAGE_NAME="gaskx"
PACKAGE_VERSION="#MODULE_VERSION#"
BUILT_MODULE_NAME[0]="gaskx"
DEST_MODULE_LOCATION[0]="/updates"
AUTOINSTALL="yes"
`;
export const CONTROL = `Source: gaskx
Section: misc
Priority: optional
Maintainer: Test Person <test@example.org>
Build-Depends: debhelper-compat (= 13), dh-sequence-dkms
Standards-Version: 4.6.2

Package: gaskx-dkms
Architecture: all
Depends: \${misc:Depends}
Description: Example driver
 Long text.
`;
const CHANGELOG = `gaskx (1.0) unstable; urgency=medium

  * New.

 -- Test Person <test@example.org>  Mon, 30 Jan 2023 10:00:00 +0000
`;
export const HEAD = `#!/usr/bin/make -f
include /usr/share/dpkg/pkg-info.mk
`;
export const DH = '%:\n\tdh $@\n';
export const DKMS = 'override_dh_dkms:\n\tdh_dkms -V $(DEB_VERSION_UPSTREAM)\n';
export const AUTO =
  'override_dh_auto_configure override_dh_auto_build override_dh_auto_test override_dh_auto_install override_dh_auto_clean:\n';
export const INSTALL = 'src/* usr/src/gaskx-1.0/\n';

export type Files = Readonly<Record<string, string>>;

/** A driver with its source in src/ and a debian/ that was written by hand. */
export async function tree(directory: string, rules: string, files: Files = {}): Promise<string> {
  const all: Files = {
    'src/gaskx.c': '/* no license needed here */\n',
    'src/gaskx.h': '/* header */\n',
    'src/Makefile': 'obj-m := gaskx.o\n',
    'debian/source/format': '3.0 (native)\n',
    'debian/control': CONTROL,
    'debian/changelog': CHANGELOG,
    'debian/gaskx-dkms.dkms': CONF,
    'debian/rules': rules,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, path === 'debian/rules' || text.startsWith('#!') ? 0o755 : 0o644);
  }
  return directory;
}

export const ENV = { SOURCE_DATE_EPOCH: '1675072800' };
