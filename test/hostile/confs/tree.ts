import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What lies at a path of a hostile tree. */
export type Entry =
  | { readonly text: string | Buffer; readonly mode?: number }
  | { readonly link: string }
  | { readonly special: 'fifo' | 'device' | 'directory' }
  | { readonly sparse: number };

/** A driver's tree before it is laid out; a lie changes it. */
export interface HostileTree {
  /** Relative to the tree. */
  readonly files: Map<string, Entry>;
  /** What lies beside the tree, and is nobody's business. */
  readonly outside: ReadonlyMap<string, Entry>;
  /** Where that will be. */
  readonly outsideDirectory: string;
  /** A number that no other process has among its arguments, for `sleep`. */
  readonly mark: string;
  /** In the environment of the command. */
  readonly env: Record<string, string>;
}

/** A text that stands outside of the tree only, whatever kind of file looks there. */
export const CANARY = 'canary-8f3a1c';

export const CONF = `PACKAGE_NAME="hostile"
PACKAGE_VERSION="1.0"
BUILT_MODULE_NAME[0]="hostile"
DEST_MODULE_LOCATION[0]="/updates/dkms"
PATCH[0]="fix.patch"
AUTOINSTALL="yes"
`;

const C_SOURCE = `// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2020 Ann Author <ann@example.org> */
#include <linux/module.h>
#include "hostile.h"
MODULE_LICENSE("GPL");
MODULE_AUTHOR("Ann Author <ann@example.org>");
MODULE_DESCRIPTION("Driver for the hostile device");
MODULE_VERSION("1.0");
MODULE_ALIAS("usb:v1234p5678d*dc*dsc*dp*ic*isc*ip*in*");
`;

const PATCH = `--- a/hostile.h
+++ b/hostile.h
@@ -1 +1 @@
-#define HOSTILE 1
+#define HOSTILE 2
`;

/** A right driver, without debian/. */
function sourceFiles(): Map<string, Entry> {
  const texts = {
    'dkms.conf': CONF,
    Makefile: 'all:\n\t$(MAKE) -C /lib/modules/$(KERNELRELEASE)/build M=$(CURDIR) modules\n',
    Kbuild: 'include $(src)/config.mk\nobj-m := hostile.o\n',
    'config.mk': 'ccflags-y += -DHOSTILE_CONFIG\n',
    'hostile.c': C_SOURCE,
    'hostile.h': '#define HOSTILE 1\n',
    'README.md': '# hostile\n\nA driver for the hostile device, which is used by tests alone.\n',
    LICENSE: 'SPDX-License-Identifier: GPL-2.0-only\n',
    'patches/fix.patch': PATCH,
    'hostile.udev': 'ACTION=="add", SUBSYSTEM=="usb", MODE="0660"\n',
  };
  return new Map(Object.entries(texts).map(([path, text]) => [path, { text }]));
}

/** What lies in a right debian/. */
function debianFiles(): Map<string, Entry> {
  const texts = {
    changelog:
      'hostile (1.0) unstable; urgency=medium\n\n  * Initial release.\n\n -- Ann Author <ann@example.org>  Thu, 01 Jan 2026 00:00:00 +0000\n',
    control: `Source: hostile
Section: kernel
Priority: optional
Maintainer: Ann Author <ann@example.org>
Build-Depends: dkms-deb
Standards-Version: 4.7.2
Rules-Requires-Root: no

Package: hostile-dkms
Architecture: all
Depends: \${misc:Depends}
Description: Driver for the hostile device (DKMS)
 A driver for the hostile device, which is used by tests alone.
`,
    copyright: `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2020 Ann Author <ann@example.org>
License: GPL-2
 On Debian systems the text is in "/usr/share/common-licenses/GPL-2".
`,
    rules: `#!/usr/bin/make -f
build build-arch build-indep binary-arch:

binary binary-indep:
\tdkms-deb build --from-rules

clean:
\trm -f debian/files

.PHONY: build build-arch build-indep binary binary-arch binary-indep clean
`,
    'source/format': '3.0 (native)\n',
    'source/options': 'tar-ignore = "*.tmp"\n',
    'hostile-dkms.dkms': CONF,
    'hostile-dkms.install': ['Kbuild', 'config.mk', 'hostile.c', 'hostile.h', 'patches']
      .map((path) => `${path} usr/src/hostile-1.0/\n`)
      .join(''),
    'hostile-dkms.docs': 'README.md\n',
    'hostile-dkms.udev': 'ACTION=="add", SUBSYSTEM=="usb", MODE="0660"\n',
    'hostile-dkms.links': 'usr/share/doc/hostile-dkms/README.md usr/share/hostile/README.md\n',
    'hostile-dkms.dirs': 'etc/hostile\n',
    'hostile-dkms.manpages': 'debian/hostile.8\n',
    'hostile.8': '.TH HOSTILE 8\n.SH NAME\nhostile \\- a driver\n',
    'hostile-dkms.postinst':
      '#!/bin/sh\nset -e\nif [ "$1" = configure ]; then :; fi\n#DEBHELPER#\n',
    'hostile-dkms.NEWS':
      'hostile (1.0) unstable; urgency=medium\n\n  News.\n\n -- Ann Author <ann@example.org>  Thu, 01 Jan 2026 00:00:00 +0000\n',
    'hostile-dkms.maintscript': 'rm_conffile /etc/hostile/old.conf 0.9~\n',
    'hostile-dkms.triggers': 'interest-noawait hostile\n',
    'not-installed': 'hostile.udev\nLICENSE\nMakefile\n',
    'hostile-dkms.lintian-overrides': '# nothing\n',
    watch: 'version=4\nhttps://example.org/hostile-(.*)\\.tar\\.gz\n',
    '.gitignore': '*.tmp\n',
  };
  const executable = new Set(['rules', 'hostile-dkms.postinst']);
  return new Map(
    Object.entries(texts).map(([name, text]) => [
      `debian/${name}`,
      { text, mode: executable.has(name) ? 0o755 : 0o644 },
    ]),
  );
}

/** A right driver with everything in it that dkms-deb reads. */
export function goodTree(about: {
  outsideDirectory: string;
  mark: string;
  withDebian: boolean;
}): HostileTree {
  const { outsideDirectory, mark, withDebian } = about;
  const files = new Map([...sourceFiles(), ...(withDebian ? debianFiles() : [])]);
  return { files, outside: outsideFiles(outsideDirectory), outsideDirectory, mark, env: {} };
}

/** Files that say who has read or run them. */
function outsideFiles(directory: string): Map<string, Entry> {
  const ran = join(directory, 'ran');
  return new Map<string, Entry>([
    ['secret', { text: `${CANARY}\n` }],
    ['run', { text: `#!/bin/sh\necho "$0 $*" >>${ran}\ncat\n`, mode: 0o755 }],
    ['written/keep', { text: 'as it was\n' }],
  ]);
}

/** Writes files below a directory; a file stands where the last entry of its path says. */
export function layOut(directory: string, files: ReadonlyMap<string, Entry>): void {
  for (const [path, entry] of files) {
    const place = Buffer.from(join(directory, path));
    mkdirSync(dirname(place.toString()), { recursive: true });
    if ('text' in entry) {
      writeFileSync(place, entry.text);
      if (entry.mode !== undefined) chmodSync(place, entry.mode);
    } else if ('link' in entry) symlinkSync(entry.link, place);
    else if ('sparse' in entry) {
      writeFileSync(place, '');
      truncateSync(place, entry.sparse);
    } else if (entry.special === 'fifo') execFileSync('mkfifo', [place.toString()]);
    else if (entry.special === 'directory') mkdirSync(place, { recursive: true });
    else makeDevice(place.toString());
  }
}

/** /dev/zero under another name; a link to it where only root may make devices. */
function makeDevice(place: string): void {
  try {
    execFileSync('mknod', [place, 'c', '1', '5'], { stdio: 'ignore' });
  } catch {
    symlinkSync('/dev/zero', place);
  }
}
