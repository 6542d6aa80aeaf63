import { describe, expect, test } from 'vitest';
import { readSourceTree } from '../../../src/dkms/source/source-tree.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { commit, DRIVER, write } from '../../support/source-choice.ts';

describe('a file that the makefile names is source even if git ignores it or does not track it', () => {
  const named = async (
    files: Record<string, string>,
    ignored: readonly string[],
    later: readonly string[] | Record<string, string>,
  ) => {
    let result: string[] = [];
    let told: readonly string[] = [];
    await withTemporaryDirectory('test', async (root) => {
      await write(root, { ...files, '.gitignore': ignored.map((line) => `${line}\n`).join('') });
      await commit(root, ...Object.keys(files), '.gitignore');
      await write(root, later);
      const tree = await readSourceTree(root);
      result = tree.entries.filter(({ type }) => type === 'file').map(({ path }) => path);
      told = tree.named;
    });
    const given = new Set(Object.keys(files));
    expect(told).toEqual(result.filter((path) => !given.has(path)));
    return told;
  };

  test("a vendor's blobs", async () => {
    const makefile =
      'obj-m := m.o\nm-y := main.o hal.o \\\n phy/phy.o\ninstall:\n\tcp $(src)/fw/a.bin /lib/firmware\n';
    const files = { Makefile: makefile, 'main.c': '' };
    expect(
      await named(
        files,
        ['*.o', '*.o_shipped', '*.bin'],
        ['hal.o_shipped', 'phy/phy.o', 'fw/a.bin', 'fw/b.bin'],
      ),
    ).toEqual(['fw/a.bin', 'hal.o_shipped', 'phy/phy.o']);
  });

  test('but not the results of a build', async () => {
    const makefile = [
      ...[
        'obj-m := m.o n.o',
        'm-objs := main.o',
        'n-$(CONFIG_X) += main.o',
        'version.h: gen.sh',
        '\tsh gen.sh >other.h',
      ],
      ...[
        'clean:',
        '\trm -f list.txt',
        'clean-files := more.txt',
        'install: m.ko',
        '# comment.txt',
      ],
    ].join('\n');
    const products = [
      'm.o',
      'n.o',
      'main.o',
      'm.ko',
      'version.h',
      'other.h',
      'list.txt',
      'more.txt',
      'comment.txt',
    ];
    expect(
      await named(
        { Makefile: makefile, 'main.c': '', 'gen.sh': '' },
        ['*.o', '*.h', '*.txt'],
        products,
      ),
    ).toEqual([]);
  });

  test('a new file, what it includes, and a new folder with its own makefile', async () => {
    const files = {
      Makefile: 'obj-m := m.o sub/\nm-y := main.o new.o\n',
      'main.c': '#include "inc/a.h"\n',
    };
    const later = {
      'new.c': '#include "b.h"\n',
      'inc/a.h': '',
      'b.h': '',
      'unused.h': '',
      'sub/Makefile': 'obj-m := s.o\n',
      'sub/s.c': '',
      'sub/t.c': '',
    };
    expect(await named(files, [], later)).toEqual([
      'b.h',
      'inc/a.h',
      'new.c',
      'sub/Makefile',
      'sub/s.c',
    ]);
  });

  test('a header that git ignores is generated, even if a source includes it', async () => {
    const files = { Makefile: 'obj-m := m.o\n', 'm.c': '#include "gen.h"\n' };
    expect(await named(files, ['gen.h'], ['gen.h'])).toEqual([]);
  });

  test("dkms.conf's patches and scripts", async () => {
    const conf = 'PATCH[0]="fix.patch"\nPRE_BUILD="docker/prepare.sh"\n';
    expect(
      await named(
        { ...DRIVER, 'dkms.conf': conf },
        ['*.patch'],
        ['patches/fix.patch', 'docker/prepare.sh'],
      ),
    ).toEqual(['docker/prepare.sh', 'patches/fix.patch']);
  });
});
