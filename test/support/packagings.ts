// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of debhelper

import { type Files, TREE } from './packaged-tree.ts';

const CONF = (version: string) =>
  `PACKAGE_NAME="foo"\nPACKAGE_VERSION="${version}"\nBUILT_MODULE_NAME[0]="foo"\nDEST_MODULE_LOCATION[0]="/updates"\nAUTOINSTALL="yes"\n`;

const CHANGELOG = (version: string) =>
  `foo (${version}) unstable; urgency=medium\n\n  * Old.\n\n -- Old Hand <old@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n`;

/** The source stanza of a person: fields that init never writes, comments, an order and a folding of its own. */
const SOURCE = `# Maintained by a team
Source: foo
Section: contrib/kernel
Priority: extra
Maintainer: Debian Foo Team <foo@lists.example.org>
Uploaders:
 Old Hand <old@example.org>,
 Other Hand <other@example.org>,
Build-Depends:
 debhelper-compat (= 12),
# for dkms
 dh-sequence-dkms,
Standards-Version: 4.5.0
Rules-Requires-Root: binary-targets
Homepage: https://foo.example.org/
Vcs-Browser: https://salsa.debian.org/foo/foo
Vcs-Git: https://salsa.debian.org/foo/foo.git
XSBC-Original-Maintainer: First Hand <first@example.org>
`;

const DKMS_PACKAGE = (name: string, depends = '${misc:Depends}') => `
Package: ${name}
Architecture: linux-amd64
Depends: ${depends}
Recommends: foo-utils
Suggests: foo-doc
X-Mine: yes
Description: driver of a person
 Long text.
`;

const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2009-2019 First Hand
License: GPL-2+
 see there

Files: debian/*
Copyright: 2011, 2014-2016 Old Hand
License: GPL-2+
`;

const DOCUMENTS: Files = {
  'debian/NEWS': 'foo (1.0-1) unstable; urgency=low\n\n  News.\n',
  'debian/README.Debian': 'Read me.\n',
  'debian/copyright': COPYRIGHT,
  'debian/watch': 'version=4\nhttps://foo.example.org/ foo-(.*).tar.gz\n',
  'debian/gbp.conf': '[DEFAULT]\npristine-tar = True\n',
  'debian/salsa-ci.yml': 'include: []\n',
  'debian/upstream/metadata': 'Name: Foo\n',
  'debian/tests/control': 'Tests: mine\nDepends: @\n',
  'debian/source/format': '3.0 (quilt)\n',
  'debian/patches/series': 'one.patch\n',
  'debian/patches/one.patch': '--- a/foo.c\n+++ b/foo.c\n',
};

/**
 * debian/ directories as people write them, each reduced to the kind that it stands for; and the files to which init
 * adds something.
 */
export const PACKAGINGS: Readonly<Record<string, { files: Files; adds: readonly string[] }>> = {
  'one package, a .dkms with #MODULE_VERSION#, source by debian/rules (dm-writeboost)': {
    files: {
      ...TREE,
      ...DOCUMENTS,
      'debian/control': `${SOURCE}${DKMS_PACKAGE('foo-dkms')}`,
      'debian/changelog': CHANGELOG('1.0-0.2'),
      'debian/foo-dkms.dkms': CONF('#MODULE_VERSION#'),
      'debian/foo-dkms.docs': 'ChangeLog\n',
      'debian/rules':
        '#!/usr/bin/make -f\ninclude /usr/share/dpkg/pkg-info.mk\n%:\n\tdh $@\noverride_dh_dkms:\n\tdh_dkms -V $(DEB_VERSION_UPSTREAM)\noverride_dh_install:\n\tdh_install foo.c Makefile usr/src/foo-$(DEB_VERSION_UPSTREAM)\n',
    },
    adds: [],
  },
  'a package with another name than DKMS’s, and a tool; debian/rules writes debian/dkms (iptables-netflow)':
    {
      files: {
        ...TREE,
        ...DOCUMENTS,
        'dkms.conf': CONF('1.0'),
        'debian/control': `${SOURCE}${DKMS_PACKAGE('ipt-foo-dkms')}\nPackage: foo-utils\nArchitecture: any\nDepends: \${shlibs:Depends}\nDescription: tool\n Long.\n`,
        'debian/changelog': CHANGELOG('1.0-4'),
        'debian/ipt-foo-dkms.install':
          '*.c usr/src/foo-${env:DEB_VERSION_UPSTREAM}\nMakefile usr/src/foo-${env:DEB_VERSION_UPSTREAM}\n',
        'debian/ipt-foo-dkms.links': 'usr/src/foo-1.0/x usr/src/foo-1.0/y\n',
        'debian/foo-utils.install': 'usr/sbin\n',
        'debian/rules':
          '#!/usr/bin/make -f\n%:\n\tdh $@\noverride_dh_dkms:\n\tsed s/x/y/ dkms.conf > debian/dkms\n\tdh_dkms\n',
      },
      adds: [],
    },
  'three packages in native format, with debhelper 9 and --with dkms (system76, v4l2loopback)': {
    files: {
      ...TREE,
      ...DOCUMENTS,
      'debian/source/format': '3.0 (native)\n',
      'debian/compat': '9\n',
      'debian/control': `${SOURCE.replace('debhelper-compat (= 12)', 'debhelper (>= 9)')}${DKMS_PACKAGE('foo-dkms', '${misc:Depends}, dkms')}\nPackage: foo-source\nArchitecture: all\nDescription: source\n Long.\n\nPackage: foo-utils\nArchitecture: any\nDescription: tool\n Long.\n`,
      'debian/changelog': CHANGELOG('1.0'),
      'debian/foo-dkms.dkms': CONF('#MODULE_VERSION#'),
      'debian/foo-dkms.install': 'foo.c usr/src/foo-1.0/\nMakefile usr/src/foo-1.0/\n',
      'debian/foo-dkms.triggers': 'activate update-initramfs\n',
      'debian/rules':
        '#!/usr/bin/make -f\n%:\n\tdh $@ --with dkms\noverride_dh_dkms:\n\tdh_dkms -V 1.0\n',
    },
    adds: [],
  },
  'dh_dkms with a path, quilt format without a revision (openrazer)': {
    files: {
      ...TREE,
      ...DOCUMENTS,
      'install/dkms.conf': CONF('1.0'),
      'debian/control': `${SOURCE}${DKMS_PACKAGE('foo-driver-dkms')}\nPackage: python3-foo\nArchitecture: all\nDescription: library\n Long.\n`,
      'debian/changelog': CHANGELOG('1.0'),
      'debian/foo-driver-dkms.install': 'usr/src/\n',
      'debian/rules':
        '#!/usr/bin/make -f\n%:\n\tdh $@ --with python3,dkms\noverride_dh_auto_install:\n\t$(MAKE) setup DESTDIR=debian/tmp\noverride_dh_dkms:\n\tdh_dkms -p foo-driver-dkms -- install/dkms.conf\n',
    },
    adds: [],
  },
  'packaging of tools, without a package for DKMS': {
    files: {
      ...TREE,
      ...DOCUMENTS,
      'dkms.conf': CONF('1.0'),
      'debian/control': `${SOURCE.replace('# for dkms\n dh-sequence-dkms,\n', '')}\nPackage: foo-utils\nArchitecture: any\nDescription: tool\n Long.\n`,
      'debian/changelog': CHANGELOG('1.0-1'),
      'debian/rules': '#!/usr/bin/make -f\n%:\n\tdh $@\n',
    },
    adds: ['debian/control', 'debian/foo-dkms.dkms', 'debian/foo-dkms.install'],
  },
  'a new version, and source by a list with the old one': {
    files: {
      ...TREE,
      ...DOCUMENTS,
      'dkms.conf': CONF('1.1'),
      'debian/control': `${SOURCE}${DKMS_PACKAGE('foo-dkms')}`,
      'debian/changelog': CHANGELOG('1.0-1'),
      'debian/foo-dkms.install': 'foo.c usr/src/foo-1.1/\nMakefile usr/src/foo-1.1/\n',
      'debian/rules':
        '#!/usr/bin/make -f\n%:\n\tdh $@\noverride_dh_dkms:\n\tdh_dkms -- dkms.conf\n',
    },
    adds: ['debian/changelog'],
  },
};
