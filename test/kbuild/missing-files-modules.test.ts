// biome-ignore-all lint/suspicious/noTemplateCurlyInString: make and bash, not templates
import { describe, expect, test } from 'vitest';
import type { BuildCommand } from '../../src/kbuild/make-command.ts';
import { missingFiles } from '../../src/kbuild/missing-files.ts';
import { SourceFiles, type SourceObject } from '../../src/kbuild/source-files.ts';
import { BUILD, type Files, missing } from '../support/missing-in-source.ts';

describe('a makefile that makes no module', () => {
  const INSTALLS =
    'install-src: dkms.conf\n\tinstall -d $(DESTDIR)/usr/src/m-1.0\n\tinstall -m644 -T Makefile.dkms $(DESTDIR)/usr/src/m-1.0/Makefile\n';
  const OTHER = 'obj-m := m.o\nmodules:\n\t$(MAKE) -C /lib/modules/$(KVER)/build M=$(CURDIR)\n';
  test.each<[string, Files, Partial<BuildCommand>, string[]]>([
    [
      'it installs another one under its name',
      { Makefile: INSTALLS, 'Makefile.dkms': OTHER, 'm.c': '' },
      { make: 'make KVER=$kernelver' },
      ['error Makefile'],
    ],
    [
      'kbuild itself finds nothing in it',
      { Makefile: 'all:\n\tmake -C src\n', 'src/Makefile': OTHER, 'src/m.c': '' },
      {},
      ['error Makefile'],
    ],
    [
      'it runs a program, which may make it',
      { Makefile: 'all:\n\tninja -C out\n', 'm.c': '' },
      { make: 'make' },
      ['warning Makefile'],
    ],
    [
      'what it includes may name it',
      { Makefile: 'include $(KDIR)/x.mk\n', 'm.c': '' },
      { make: 'make' },
      [],
    ],
    [
      'it calls the other one',
      { Makefile: 'all:\n\tmake -C src\n', 'src/Makefile': OTHER, 'src/m.c': '' },
      { make: 'make' },
      [],
    ],
    [
      'MAKE names the other one',
      { Makefile: INSTALLS, 'Makefile.dkms': OTHER, 'm.c': '' },
      { make: 'make -f Makefile.dkms' },
      ['error Makefile'],
    ],
    ['by a variable', { Makefile: '$(eval obj-m := m.o)\n', 'm.c': '' }, {}, []],
  ])('%s', (_, files, build, expected) => {
    expect(missing(files, build)).toEqual(expected);
  });

  test('the other makefile with the module is named', () => {
    const objects = new Map<string, SourceObject>(
      Object.entries({
        Makefile: INSTALLS,
        'Makefile.dkms': OTHER,
        'Makefile.x': 'obj-m := x.o\n',
      }).map(([path, text]) => [path, { type: 'file', text: () => text }]),
    );
    const [found] = missingFiles(new SourceFiles(objects), { ...BUILD, make: 'make' });
    expect(found).toMatchObject({ kind: 'module', modules: ['m'], others: ['Makefile.dkms'] });
  });
});
