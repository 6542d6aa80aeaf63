import {
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDeb } from '../../src/archive/deb-reader.ts';
import { type Compression, writeDeb } from '../../src/archive/deb-writer.ts';
import { StagedTree } from '../../src/archive/staged/staged-tree.ts';
import { tarHeader } from '../../src/archive/tar/tar-header.ts';
import { run } from '../../src/system/process/run.ts';
import {
  arArchive,
  controlFiles,
  EPOCH,
  errorOf,
  foreignDeb,
  temporaryDirectory,
} from '../support/archive-fixtures.ts';

const temporary = temporaryDirectory();
const LONG = `usr/${'long-'.repeat(40)}é`;

function tree(): StagedTree {
  const staged = new StagedTree(EPOCH);
  staged.addFile('usr/src/x/big', { bytes: Buffer.alloc(300_000, 'abc'), mode: 0o4755, mtime: -5 });
  staged.addFile(LONG, { bytes: Buffer.from('long') });
  staged.addFile('\udce9', { bytes: Buffer.from('latin1'), mtime: 3 });
  staged.addDirectory('usr/closed', { mode: 0o555, mtime: 7 });
  staged.addFile('usr/closed/in', { bytes: Buffer.from('') });
  staged.addSymlink('usr/link', 'y'.repeat(200), { mtime: 9 });
  return staged;
}

async function packed(name: string, compression: Compression): Promise<string> {
  const path = join(temporary, `${name}.deb`);
  const control = controlFiles({ postinst: '#!/bin/sh\n' });
  await writeDeb(path, { control, tree: tree(), timestamp: EPOCH, compression });
  return path;
}

describe('a package of our own', () => {
  const types = ['none', 'gzip', 'xz', 'zstd'] as const;
  test.each(types)('is read back (%s)', async (type) => {
    const deb = await readDeb(await packed(type, { type }));
    expect(deb.members.map(({ name }) => name.replace(/\.tar\..*/, '.tar'))).toEqual([
      ...['debian-binary', 'control.tar', 'data.tar'],
    ]);
    expect(deb.members[0]).toMatchObject({ mtime: EPOCH, mode: 0o100644, size: 4 });
    expect(deb.control).toEqual(
      new Map(controlFiles({ postinst: '#!/bin/sh\n' }).map(({ name, bytes }) => [name, bytes])),
    );
    expect(deb.controlEntries.map(({ path, mode }) => [path, mode])).toEqual([
      ['.', 0o755],
      ['control', 0o644],
      ['postinst', 0o755],
    ]);
    const entries = await deb.entries();
    expect(entries.map(({ path }) => path)).toEqual(
      tree()
        .entries()
        .map(({ path }) => path),
    );
    const read = new Map(entries.map((entry) => [entry.path, entry]));
    for (const entry of tree().entries()) {
      const { path, type, mtime } = entry;
      expect(read.get(path)).toMatchObject({ type, mtime, uid: 0, gid: 0, owner: 'root' });
      expect(read.get(path)?.mode).toBe(entry.type === 'symlink' ? 0o777 : entry.mode);
    }
    expect(await deb.file(LONG)).toEqual(Buffer.from('long'));
    expect(await deb.file('\udce9')).toEqual(Buffer.from('latin1'));
    expect((await errorOf(() => deb.file('usr/link'))).code).toBe('no-such-file');
    expect((await errorOf(() => deb.file('usr/none'))).code).toBe('no-such-file');
  });

  test('is unpacked with modes, times and links', async () => {
    const deb = await readDeb(await packed('unpack', { type: 'xz' }));
    const to = join(temporary, 'unpacked');
    await deb.extractTo(to);
    const big = readFileSync(join(to, 'usr/src/x/big'));
    expect(big.equals(Buffer.alloc(300_000, 'abc'))).toBe(true);
    const stat = statSync(join(to, 'usr/src/x/big'));
    expect([stat.mode & 0o7777, stat.mtimeMs]).toEqual([0o4755, -5000]);
    const closed = statSync(join(to, 'usr/closed'));
    expect([closed.mode & 0o7777, closed.mtimeMs]).toEqual([0o555, 7000]);
    expect(readlinkSync(join(to, 'usr/link'))).toBe('y'.repeat(200));
    expect(lstatSync(join(to, 'usr/link')).mtimeMs).toBe(9000);
    expect(readdirSync(to, { encoding: 'buffer' })).toContainEqual(Buffer.from([0xe9]));
    expect((await errorOf(() => deb.extractTo(to))).code).toBe('not-empty');
  });

  test('is unpacked in part', async () => {
    const deb = await readDeb(await packed('part', { type: 'none' }));
    const to = join(temporary, 'part');
    await deb.extractTo(to, { select: (path) => path.startsWith('usr/src') });
    expect(readdirSync(to, { recursive: true })).toEqual([
      'usr',
      'usr/src',
      'usr/src/x',
      'usr/src/x/big',
    ]);
    const error = await errorOf(() => deb.extractTo(join(temporary, 'small'), { mostBytes: 1000 }));
    expect(error).toMatchObject({
      code: 'too-large',
      message: 'the package unpacks to more than 1000 bytes, the limit of dkms-deb',
      hint: 'Fetch the package again from a place that you trust.',
    });
  });
});

describe('a file that is not a complete package', () => {
  const codeOf = async (name: string, bytes: Buffer) => {
    const path = join(temporary, name);
    writeFileSync(path, bytes);
    const error = await errorOf(async () => (await readDeb(path)).entries());
    expect(error.hint).toEqual(expect.any(String));
    return error.code;
  };
  const two = ['debian-binary', Buffer.from('2.0\n')] as const;

  test('an empty file, a text, another ar archive', async () => {
    expect(await codeOf('empty', Buffer.alloc(0))).toBe('not-an-archive');
    expect(await codeOf('text', Buffer.from('hello'))).toBe('not-an-archive');
    expect(await codeOf('ar', arArchive([['x.o', Buffer.from('x')]]))).toBe('not-an-archive');
    expect(await codeOf('old', arArchive([['debian-binary', Buffer.from('3.0\n')]]))).toBe(
      'not-an-archive',
    );
    expect(await codeOf('no-control', arArchive([two]))).toBe('not-an-archive');
    const tar = ['control.tar', Buffer.alloc(1024)] as const;
    expect(await codeOf('no-data', arArchive([two, tar]))).toBe('not-an-archive');
    expect(await codeOf('twice', arArchive([two, tar, tar]))).toBe('not-an-archive');
    expect(
      await codeOf(
        'lz',
        arArchive([two, ['control.tar.lz', Buffer.from('x')], ['data.tar', Buffer.alloc(1024)]]),
      ),
    ).toBe('compression');
    const many = Array.from({ length: 200 }, () => two);
    expect(await codeOf('many', arArchive(many))).toBe('not-an-archive');
    expect((await errorOf(() => readDeb(temporary))).code).toMatch(
      /not-an-archive|file-unreadable/,
    );
    expect((await errorOf(() => readDeb(join(temporary, 'none')))).code).toBe('file-unreadable');
  });

  test.each(['none', 'gzip', 'xz', 'zstd'] as const)('cut anywhere (%s)', async (type) => {
    const whole = readFileSync(await packed(`cut-${type}`, { type, level: 1 }));
    for (let step = 0; step < 6; step++) {
      const cut = whole.subarray(0, Math.floor((whole.length * step) / 6));
      expect(await codeOf(`cut-${type}-${step}`, cut)).toMatch(/^(truncated|not-an-archive)$/);
    }
  });

  test.each(['none', 'gzip', 'xz', 'zstd'] as const)(
    'a data member cut before packing (%s)',
    async (type) => {
      const deb = await readDeb(await packed(`short-${type}`, { type }));
      const whole = readFileSync(deb.path);
      const members = deb.members.map(({ name, offset, size }, index) => {
        const end = offset + (index === 2 ? Math.floor(size / 2) : size);
        return [name, whole.subarray(offset, end)] as const;
      });
      const path = `short-${type}-2`;
      expect(await codeOf(path, arArchive(members))).toBe('damaged');
      const error = await errorOf(async () => (await readDeb(join(temporary, path))).entries());
      expect(error.message).not.toContain('more than one');
    },
  );

  test('sizes that lie', async () => {
    const whole = readFileSync(await packed('lies', { type: 'none' }));
    const lying = Buffer.from(whole);
    lying.write('9999999999', 8 + 48, 'latin1');
    expect(await codeOf('lies-ar', lying)).toBe('truncated');
    lying.write('-1        ', 8 + 48, 'latin1');
    expect(await codeOf('lies-ar2', lying)).toBe('not-an-archive');
    const content = { source: '', size: 2 ** 40 };
    const entry = { type: 'file', path: 'x', mode: 0o644, mtime: 0, content } as const;
    const data = Buffer.concat([tarHeader(entry, 0), Buffer.alloc(10_000)]);
    const deb = await readDeb(await foreignDeb(join(temporary, 'huge'), data));
    expect((await errorOf(() => deb.entries())).code).toBe('damaged');
    expect((await errorOf(() => deb.file('x'))).code).toBe('too-large');
  });
});

test('bug: a long link target was told as a name, with the limit of names and its NUL counted', async () => {
  const target = 'y'.repeat(5000);
  const link = { type: 'symlink', path: 'link', mtime: 0, target } as const;
  const name = { type: 'directory', path: 'x'.repeat(5000), mode: 0o755, mtime: 0 } as const;
  const errorFor = async (key: string, entry: Parameters<typeof tarHeader>[0]) => {
    const data = Buffer.concat([tarHeader(entry, 0), Buffer.alloc(1024)]);
    const deb = await readDeb(await foreignDeb(join(temporary, key), data));
    return errorOf(() => deb.entries());
  };
  expect(await errorFor('long-target', link)).toMatchObject({
    code: 'path-not-allowed',
    message: 'the tar archive has a link target of 5000 bytes',
    hint: 'Shorten the link target to at most 4095 bytes: dpkg cannot unpack a longer one.',
  });
  // The name in the archive is `./NAME/`.
  expect(await errorFor('long-name', name)).toMatchObject({
    code: 'path-not-allowed',
    message: 'the tar archive has a name of 5003 bytes',
    hint: 'Shorten the name to at most 4000 bytes: dpkg cannot unpack a longer one.',
  });
});

test('a hard link leads to its file, also through other links; links in a circle lead to none', async () => {
  const common = { type: 'hardlink', mode: 0o644, mtime: 0 } as const;
  const content = { bytes: Buffer.from('text') };
  const data = Buffer.concat([
    tarHeader({ type: 'file', path: 'file', mode: 0o644, mtime: 0, content }, 0),
    Buffer.concat([content.bytes], 512),
    ...[
      ['one', 'file'],
      ['two', 'one'],
      ['ring', 'round'],
      ['round', 'ring'],
      ['self', 'self'],
    ].map(([path = '', target = '']) => tarHeader({ ...common, path, target }, 0)),
    Buffer.alloc(1024),
  ]);
  const deb = await readDeb(await foreignDeb(join(temporary, 'links'), data));
  expect(String(await deb.file('two'))).toBe('text');
  for (const path of ['ring', 'round', 'self', 'none']) {
    expect((await errorOf(() => deb.file(path))).code).toBe('no-such-file');
  }
});

test('a fifo is refused without waiting for a writer', async () => {
  const fifo = join(temporary, 'fifo.deb');
  await run('mkfifo', [fifo]);
  await expect(readDeb(fifo)).rejects.toMatchObject({ code: 'not-an-archive' });
});
