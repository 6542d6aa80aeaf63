// biome-ignore-all lint/suspicious/noTemplateCurlyInString: make and bash, not templates
import { describe, expect, test } from 'vitest';
import type { BuildCommand } from '../../src/kbuild/make-command.ts';
import { missing } from '../support/missing-in-source.ts';

describe('a missing script that dkms.conf runs', () => {
  const FILES = { 'driver/Makefile.in': 'obj-m := m.o\n', 'driver/m.c': '', 'configure.ac': '' };
  test.each<[string, Partial<BuildCommand>, string[]]>([
    [
      'before &&',
      { make: './configure --with=$kernel_source_dir && make -C driver' },
      ['error configure'],
    ],
    ['before ;', { make: './configure; make -C driver' }, ['error configure']],
    ['in a folder', { make: 'cd driver && ./configure && make' }, ['error driver/configure']],
    [
      'behind a variable',
      { make: 'KVER=$kernelver ./configure && make -C driver' },
      ['error configure'],
    ],
    ['of a shell', { make: 'sh ./build.sh' }, ['error build.sh']],
    ['of a shell, without a path', { make: 'bash -e build.sh $kernelver' }, ['error build.sh']],
    ['in quotes', { make: '"./configure" && make -C driver' }, ['error configure']],
    [
      'in the place of the build',
      { make: '$dkms_tree/m/1.0/build/configure && make -C driver' },
      ['error configure'],
    ],
    [
      'of PRE_BUILD, without which DKMS goes on',
      { preBuild: './configure x', make: 'make -C driver' },
      ['warning configure'],
    ],
    ['behind what may make it', { make: 'autoreconf -i && ./configure && make -C driver' }, []],
    ['of the system', { make: '/usr/bin/env true && make -C driver' }, []],
    ['of the headers', { make: '$kernel_source_dir/scripts/x.sh; make -C driver' }, []],
  ])('%s', (_, build, expected) => {
    expect(missing(FILES, build)).toEqual(expected);
  });

  test('a script that exists, or that a patch adds', () => {
    expect(missing({ ...FILES, configure: '' }, { make: './configure && make -C driver' })).toEqual(
      [],
    );
    const patch = '--- /dev/null\n+++ b/configure\n@@ -0,0 +1 @@\n+true\n';
    expect(
      missing({ ...FILES, 'patches/a.patch': patch }, { make: './configure && make' }),
    ).toEqual([]);
  });
});
