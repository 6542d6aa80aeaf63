import { CLEAN_TREE, confWith } from './lint-a-tree.ts';

export type Files = Readonly<Record<string, string>>;

/** Trees for the rules whose examples need more than a dkms.conf: one with the fault, one without it. */
export const TREES: Readonly<Record<string, readonly [bad: Files, good: Files, inside?: string]>> =
  {
    'missing-directive': [
      { 'dkms.conf': 'PACKAGE_NAME="a"\nPACKAGE_VERSION="1"\nBUILT_MODULE_NAME[0]="foo"\n' },
      {},
    ],
    'no-autoinstall': [
      { 'dkms.conf': (CLEAN_TREE['dkms.conf'] ?? '').replace(/^AUTOINSTALL.*\n/m, '') },
      {},
    ],
    'running-kernel-makefile': [
      {
        'dkms.conf': confWith('MAKE="make"'),
        Makefile:
          'KDIR ?= /lib/modules/$(shell uname -r)/build\nobj-m += foo.o\nall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR)\n',
      },
      {
        'dkms.conf': confWith('MAKE="make"'),
        Makefile:
          'KERNELRELEASE ?= $(shell uname -r)\nobj-m += foo.o\nall:\n\t$(MAKE) -C /lib/modules/$(KERNELRELEASE)/build M=$(CURDIR)\n',
      },
    ],
    'depends-on-directory': [
      { 'dkms.conf': confWith('PACKAGE_VERSION="$(cat VERSION)"'), VERSION: '1.0\n' },
      {
        'dkms.conf': confWith('PACKAGE_VERSION="$(cat "$(dirname "$BASH_SOURCE")/VERSION")"'),
        VERSION: '1.0\n',
      },
    ],
    'patch-missing': [
      { 'dkms.conf': confWith('PATCH[0]="a.patch"'), 'a.patch': '' },
      { 'dkms.conf': confWith('PATCH[0]="a.patch"'), 'patches/a.patch': '' },
    ],
    'script-missing': [
      { 'dkms.conf': confWith('POST_INSTALL="depmod -A"') },
      { 'dkms.conf': confWith('POST_INSTALL="./after.sh -A"'), 'after.sh': '#!/bin/sh\n' },
    ],
    'script-not-executable': [
      { 'dkms.conf': confWith('POST_INSTALL="./after.sh -A"'), 'after.sh': 'echo\n' },
      { 'dkms.conf': confWith('POST_INSTALL="./after.sh -A"'), 'after.sh': '#!/bin/sh\n' },
    ],
    'not-checked': [
      { Makefile: `obj-m += foo.o\n${'# a table\n'.repeat(30_000)}` },
      { Makefile: `obj-m += foo.o\n${'# a table\n'.repeat(20_000)}` },
    ],
    'incomplete-source': [
      { Makefile: 'obj-m += foo.o\nfoo-y := foo_main.o compat.o\n', 'foo_main.c': '' },
      { Makefile: 'obj-m += foo.o\nfoo-y := foo_main.o\n', 'foo_main.c': '' },
    ],
    'doubtful-source': [
      {
        Makefile: 'obj-m += foo.o\nfoo-y := main.o\nfoo-$(CONFIG_PCI) += pci.o\n',
        'main.c': '',
      },
      {
        Makefile: 'obj-m += foo.o\nfoo-y := main.o\nfoo-$(CONFIG_PCI) += pci.o\n',
        'main.c': '',
        'pci.c': '',
      },
    ],
    'extra-cflags': [
      { Makefile: 'EXTRA_CFLAGS += -I$(src)/include\nobj-m += foo.o\n' },
      { Makefile: 'EXTRA_CFLAGS += -DX\nccflags-y += $(EXTRA_CFLAGS)\nobj-m += foo.o\n' },
    ],
    'srctree-src': [
      { Makefile: 'ccflags-y += -I$(srctree)/$(src)/include\nobj-m += foo.o\n' },
      { Makefile: 'ccflags-y += -I$(srctree)/drivers/net -I$(src)\nobj-m += foo.o\n' },
    ],
    'pwd-in-makefile': [
      { Makefile: 'ccflags-y += -I$(PWD)/include\nobj-m += foo.o\n' },
      { Makefile: 'obj-m += foo.o\nall:\n\tmake -C $(KDIR) M=$(PWD)\n' },
    ],
    'subdirs-makefile': [
      { Makefile: 'obj-m += foo.o\nall:\n\t$(MAKE) -C $(KDIR) SUBDIRS=$(CURDIR) modules\n' },
      { Makefile: 'obj-m += foo.o\nall:\n\t$(MAKE) -C $(KDIR) SUBDIRS=$(CURDIR) M=$(CURDIR)\n' },
    ],
    'makefile-script': [
      {
        Makefile: 'obj-m += foo.o\n$(obj)/conf.h: $(src)/conf.sh\n\t$(src)/conf.sh > $@\n',
        'conf.sh': 'echo\n',
      },
      {
        Makefile: 'obj-m += foo.o\n$(obj)/conf.h: $(src)/conf.sh\n\tsh $(src)/conf.sh > $@\n',
        'conf.sh': 'echo\n',
      },
    ],
    'make-script-not-executable': [
      { 'dkms.conf': confWith('MAKE="./build-it.sh $kernelver"'), 'build-it.sh': 'make\n' },
      {
        'dkms.conf': confWith('MAKE="./build-it.sh $kernelver"'),
        'build-it.sh': '#!/bin/sh\nmake\n',
      },
    ],
    'make-kbuild-branch': [
      {
        'dkms.conf': confWith('MAKE="make -C src"\nBUILT_MODULE_LOCATION[0]="src"'),
        'src/Makefile':
          'ifneq ($(KERNELRELEASE),)\nobj-m := foo.o\nelse\nall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR)\nendif\n',
      },
      {
        'dkms.conf': confWith('MAKE="\'make\' -C src"\nBUILT_MODULE_LOCATION[0]="src"'),
        'src/Makefile':
          'ifneq ($(KERNELRELEASE),)\nobj-m := foo.o\nelse\nall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR)\nendif\n',
      },
    ],
    'module-not-built': [
      { Makefile: 'obj-m += foo-bar.o\n', 'dkms.conf': confWith('BUILT_MODULE_NAME[0]="foo_bar"') },
      { Makefile: 'obj-m += foo_bar.o\n', 'dkms.conf': confWith('BUILT_MODULE_NAME[0]="foo_bar"') },
    ],
    'changelog-version': [
      { 'debian/changelog': changelog('1.1-1') },
      { 'debian/changelog': changelog('1.0+ds-1') },
    ],
    'module-version': [
      { 'foo.c': 'MODULE_VERSION("1.1");\n' },
      { 'foo.c': 'MODULE_VERSION("v1.0.0");\n' },
    ],
    'directory-name': [{}, {}, 'usr/src/foo-1.1'],
    'dh-dkms-unquoted-name': [
      { ...dh(), 'debian/foo-dkms.dkms': 'PACKAGE_NAME=foo\nPACKAGE_VERSION="1.0"\n' },
      { ...dh(), 'debian/foo-dkms.dkms': 'PACKAGE_NAME="foo"\nPACKAGE_VERSION="1.0"\n' },
    ],
    'dh-dkms-reads-other': [
      { ...dh(), 'debian/foo-dkms.dkms': 'PACKAGE_NAME="foo"\nV=1.0\nPACKAGE_VERSION="$V"\n' },
      { ...dh(), 'debian/foo-dkms.dkms': 'PACKAGE_NAME="foo"\nPACKAGE_VERSION="1.0"  # so\n' },
    ],
    'dh-dkms-needs-version': [
      {
        ...dh(),
        'debian/foo-dkms.dkms': 'PACKAGE_NAME="foo"\nPACKAGE_VERSION="#MODULE_VERSION#"\n',
      },
      {
        ...dh(undefined, 'override_dh_dkms: ; dh_dkms -V\n'),
        'debian/foo-dkms.dkms': 'PACKAGE_NAME="foo"\nPACKAGE_VERSION="#MODULE_VERSION#"\n',
      },
    ],
    'dh-dkms-bad-version': [
      { ...dh(), 'debian/foo-dkms.dkms': confWith('PACKAGE_VERSION="1.0_rc1"') },
      { ...dh(), 'debian/foo-dkms.dkms': confWith('PACKAGE_VERSION="1.0~rc1"') },
    ],
    'dh-dkms-other-version': [
      {
        ...dh(undefined, 'override_dh_dkms:\n\tdh_dkms -V\n'),
        'debian/foo-dkms.dkms': confWith('PACKAGE_VERSION="0.9"'),
      },
      {
        ...dh(undefined, 'override_dh_dkms:\n\tdh_dkms -V 0.9\n'),
        'debian/foo-dkms.dkms': confWith('PACKAGE_VERSION="0.9"'),
      },
    ],
    'dh-dkms-names-no-file': [
      { ...dh(), 'debian/foo-dkms.dkms': '# nothing\n' },
      { ...dh(), 'debian/foo-dkms.dkms': '# this one:\ndkms.conf\n' },
    ],
    'dh-sequence-alternative': [dh('dh-sequence-dkms | dkms'), dh('dh-sequence-dkms')],
    'dh-dkms-not-run': [dh('dkms'), dh('dkms', '', ' --with dkms')],
    'script-without-debhelper': [
      { ...dh(), 'debian/foo-dkms.postinst': '#!/bin/sh\nldconfig\n' },
      { ...dh(), 'debian/foo-dkms.postinst': '#!/bin/sh\nldconfig\n#DEBHELPER#\n' },
    ],
    'source-not-installed': [
      dh(),
      { ...dh(), 'debian/foo-dkms.install': 'foo.c Makefile usr/src/foo-1.0\n' },
    ],
    'source-not-listed': [
      {
        ...dh(),
        'debian/.dkms-deb.json': '{"files":{"foo-dkms.install":"0"}}\n',
        'debian/foo-dkms.install': '*.[chS] usr/src/foo-1.0/\nMakefile usr/src/foo-1.0/\n',
        'fw/a.bin': '',
      },
      {
        ...dh(),
        'debian/.dkms-deb.json': '{"files":{"foo-dkms.install":"0"}}\n',
        'debian/foo-dkms.install': '*.[chS] usr/src/foo-1.0/\nMakefile usr/src/foo-1.0/\n',
        'debian/not-installed': 'notes\n',
        notes: '',
      },
    ],
    'special-file': [{ notes: '-> /dev/null' }, { notes: '-> foo.c', other: '-> nowhere' }],
    'link-out': [{ 'compat.h': '-> /etc/passwd' }, { 'compat.h': '-> foo.c' }],
    'bad-ignore': [
      { 'dkms.conf': confWith('# dkms-deb: ignore clean\nCLEAN="make clean"') },
      { 'dkms.conf': confWith('# dkms-deb: ignore clean-ignored for RHEL 7\nCLEAN="make clean"') },
    ],
    'carriage-return': [{ 'dkms.conf': confWith('').replaceAll('\n', '\r\n') }, {}],
  };

function changelog(version: string): string {
  return `foo (${version}) unstable; urgency=medium\n\n  * One.\n\n -- A B <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n`;
}

/** A debian/ for debhelper. */
export function dh(dependency = 'dh-sequence-dkms', override = '', options = ''): Files {
  return {
    'debian/changelog': changelog('1.0-1'),
    'debian/control': `Source: foo\nBuild-Depends: debhelper-compat (= 13), ${dependency}\n\nPackage: foo-dkms\nArchitecture: all\n`,
    'debian/rules': `#!/usr/bin/make -f\n%:\n\tdh $@${options}\n${override}`,
    'debian/foo-dkms.dkms': CLEAN_TREE['dkms.conf'] ?? '',
  };
}
