import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { buildIdOf } from '../../../src/module/format/build-id.ts';
import { ElfFile } from '../../../src/module/format/elf-file.ts';
import { run } from '../../../src/system/process/run.ts';
import { CONF, fakeBuild, moduleSource } from '../../support/fake-kernel.ts';

/** The note that `ld --build-id` writes; our fake kbuild links nothing. */
const note = (byte: string) =>
  `asm(".pushsection .note.gnu.build-id,\\"a\\",@note\\n.long 4,20,3\\n.asciz \\"GNU\\"\\n.fill 20,1,${byte}\\n.popsection");`;
const TREE = { 'dkms.conf': CONF, 'm.c': moduleSource(note('0xab')) };

test('debug data have the build id of the module, as readelf tells it', async () => {
  await fakeBuild(
    TREE,
    async ({ build }) => {
      expect(build.debug).toMatchObject([{ name: 'm', buildId: 'ab'.repeat(20) }]);
      for (const file of [build.modules[0]?.file ?? '', build.debug[0]?.file ?? '']) {
        const { stdout } = await run('readelf', ['-n', file]);
        expect(stdout).toContain(`Build ID: ${'ab'.repeat(20)}`);
      }
      const sections = await run('readelf', ['-SW', build.debug[0]?.file ?? '']);
      expect(sections.stdout).toMatch(/ \.debug_info /);
      expect(sections.stdout).toMatch(/ \.text +NOBITS /);
    },
    { debug: true },
  );
});

test('the module is the same with and without; none are made unless they are wanted', async () => {
  const bytes = (debug: boolean) =>
    fakeBuild(
      TREE,
      async ({ build }) => {
        expect(build.debug.length).toBe(debug ? 1 : 0);
        return readFile(build.modules[0]?.file ?? '', 'base64');
      },
      { debug },
    );
  expect(await bytes(true)).toBe(await bytes(false));
});

test('what POST_BUILD makes of a module is no longer what the debug data tell of', async () => {
  const post =
    '#!/bin/sh\nhead -c 36 /dev/zero >note\nobjcopy --update-section .note.gnu.build-id=note ../6.1.0-fake/*/module/m.ko\n';
  const files = { ...TREE, 'dkms.conf': `${CONF}POST_BUILD=post`, post };
  await fakeBuild(files, async ({ build }) => expect(build.debug).toEqual([]), { debug: true });
});

test('a module without a build id has none', async () => {
  const files = { 'dkms.conf': CONF, 'm.c': moduleSource() };
  await fakeBuild(
    files,
    async ({ build }) => {
      expect(build.debug).toEqual([]);
      const elf = new ElfFile(await readFile(build.modules[0]?.file ?? ''));
      expect(buildIdOf(elf)).toBeUndefined();
    },
    { debug: true },
  );
});
