import { existsSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDeb } from '../../src/archive/deb-reader.ts';
import {
  errorOf,
  foreignDeb,
  foreignTar,
  temporaryDirectory,
} from '../support/archive-fixtures.ts';

const temporary = temporaryDirectory();

describe('an archive that tries to write outside of the directory', () => {
  const file = (name: string) => ({ name, bytes: 'x' });
  const link = (name: string, linkname: string) => ({ name, type: 'symlink', linkname }) as const;
  const hard = (name: string, linkname: string) => ({ name, type: 'link', linkname }) as const;
  const outside = join(temporary, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret'), 'secret');

  const cases: [string, Parameters<typeof foreignTar>[0], string][] = [
    ['an absolute name', [file('/etc/x')], 'path-not-allowed'],
    ['..', [file('../x')], 'path-not-allowed'],
    ['.. behind ./', [file('./usr/../../x')], 'path-not-allowed'],
    ['a newline', [file('./a\nb')], 'path-not-allowed'],
    ['a link and a file below it', [link('./a', outside), file('./a/x')], 'parent-not-directory'],
    [
      'a link and a file of the same name',
      [link('./a', join(outside, 'new')), file('./a')],
      'duplicate-entry',
    ],
    [
      'a link and a directory of the same name',
      [link('./a', outside), { name: './a', type: 'directory' }],
      'parent-not-directory',
    ],
    ['a hard link to a file outside', [hard('./a', `${outside}/secret`)], 'path-not-allowed'],
    ['a hard link by ..', [hard('./a', '../outside/secret')], 'path-not-allowed'],
    [
      'a hard link through a link',
      [link('./a', outside), hard('./b', './a/secret')],
      'link-target',
    ],
    [
      'a hard link to a directory',
      [{ name: './d', type: 'directory' }, hard('./b', './d')],
      'link-target',
    ],
    [
      'a device',
      [{ name: './null', type: 'character-device', devmajor: 1, devminor: 3 }],
      'special-file',
    ],
    ['a fifo', [{ name: './pipe', type: 'fifo' }], 'special-file'],
    ['a PAX header', [file(`./${'x'.repeat(150)}`)], 'tar-format'],
    ['a file twice', [file('./a'), file('./a')], 'duplicate-entry'],
    ['the root as a link', [link('./', outside)], 'tar-format'],
  ];
  test.each(cases)('%s', async (name, entries, code) => {
    const key = name.replaceAll(/[^a-z]+/gi, '-');
    const deb = await readDeb(
      await foreignDeb(join(temporary, `${key}.deb`), await foreignTar(entries)),
    );
    const to = join(temporary, `to-${key}`);
    const error = await errorOf(() => deb.extractTo(to));
    expect(error).toMatchObject({ code, hint: expect.any(String) });
    expect(readdirSync(outside)).toEqual(['secret']);
    expect(existsSync(join(temporary, 'x'))).toBe(false);
  });

  test('bug: a fifo, which dpkg-deb packs, was told as not made by tools of Debian', async () => {
    const data = await foreignTar([{ name: './pipe', type: 'fifo' }]);
    const deb = await readDeb(await foreignDeb(join(temporary, 'fifo.deb'), data));
    const error = await errorOf(() => deb.extractTo(join(temporary, 'to-fifo')));
    expect(error.hint).toContain('Policy 10.6 allows no device files or named pipes');
  });

  test('a symlink that leads out is unpacked unchanged', async () => {
    const data = await foreignTar([link('./a', outside), hard('./b', './a')]);
    const deb = await readDeb(await foreignDeb(join(temporary, 'link.deb'), data));
    await deb.extractTo(join(temporary, 'to-link'));
    expect(readlinkSync(join(temporary, 'to-link/b'))).toBe(outside);
  });
});
