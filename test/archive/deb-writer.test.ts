import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { arHeader } from '../../src/archive/compression/ar-header.ts';
import { type Compression, type DebInput, writeDeb } from '../../src/archive/deb-writer.ts';
import { StagedTree } from '../../src/archive/staged/staged-tree.ts';
import { tarHeader } from '../../src/archive/tar/tar-header.ts';
import { controlFiles, EPOCH, errorOf, temporaryDirectory } from '../support/archive-fixtures.ts';
import { withEnvironment } from '../support/environment.ts';

const temporary = temporaryDirectory();

/** What `writeDeb` needs, for one small file in memory. */
function input(changes: Partial<DebInput> = {}): DebInput {
  const tree = new StagedTree(EPOCH);
  tree.addFile('usr/share/x', { bytes: Buffer.from('text') });
  const compression = { type: 'none' } as const;
  return { control: controlFiles(), tree, timestamp: EPOCH, compression, ...changes };
}

/** A directory of its own for one test. */
function place(name: string): string {
  const directory = join(temporary, name);
  mkdirSync(directory);
  return directory;
}

describe('a package', () => {
  test('replaces an older one, and no other file is left', async () => {
    const directory = place('whole');
    const target = join(directory, 'x.deb');
    writeFileSync(target, 'old');
    await writeDeb(target, input());
    expect(readdirSync(directory)).toEqual(['x.deb']);
    expect(readFileSync(target, 'latin1')).toMatch(/^!<arch>\ndebian-binary {3}1700000000 {2}0 /);
  });

  test('does not depend on the order of control files', async () => {
    const directory = place('order');
    const control = controlFiles({ postinst: '#!/bin/sh\n', conffiles: '' });
    const [one, two] = [join(directory, '1'), join(directory, '2')];
    await writeDeb(one, input({ control }));
    await writeDeb(two, input({ control: control.toReversed() }));
    expect(readFileSync(one)).toEqual(readFileSync(two));
  });

  test('can be large: ar sizes have ten digits, and tar sizes use base 256', async () => {
    const error = await errorOf(() => arHeader('data.tar', 10 ** 10, 0));
    expect(error).toMatchObject({ code: 'too-large', hint: expect.any(String) });
    const content = { source: '/x', size: 8 ** 11 };
    const header = tarHeader({ type: 'file', path: 'x', mode: 0o644, mtime: 0, content }, 0);
    expect(header.subarray(124, 136).toString('hex')).toBe('800000000000000200000000');
  });
});

describe('nothing is written under the final name', () => {
  /** Packs one file on disk that `change` changes after it was staged. */
  async function packChanged(name: string, change: (source: string) => void) {
    const directory = place(name);
    const source = join(temporary, `${name}.source`);
    writeFileSync(source, 'x'.repeat(3000));
    const tree = new StagedTree(EPOCH);
    tree.addFile('usr/share/x', { source });
    change(source);
    const error = await errorOf(() => writeDeb(join(directory, 'x.deb'), input({ tree })));
    expect(readdirSync(directory)).toEqual([]);
    expect(error.where).toEqual({ file: source });
    return error;
  }

  test.each([
    ['grew', (file: string) => appendFileSync(file, 'x')],
    ['shrank', (file: string) => truncateSync(file, 10)],
    [
      'became a link',
      (file: string) => {
        rmSync(file);
        symlinkSync('/etc/passwd', file);
      },
    ],
    [
      'became a directory',
      (file: string) => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
  ])('if a file %s since it was staged', async (how, change) => {
    const error = await packChanged(how.replaceAll(' ', '-'), change);
    expect(error).toMatchObject({ code: 'file-changed', hint: expect.any(String) });
  });

  test('if a file is missing', async () => {
    const error = await packChanged('gone', (file) => rmSync(file));
    expect(error).toMatchObject({ code: 'file-unreadable', hint: expect.any(String) });
  });

  test('if a file changes in the middle, while a compressor runs', async () => {
    const directory = place('middle');
    const source = join(temporary, 'middle.source');
    writeFileSync(source, Buffer.alloc(4 * 1024 * 1024));
    const tree = new StagedTree(EPOCH);
    tree.addFile('usr/share/x', { source });
    const work = writeDeb(join(directory, 'x.deb'), input({ tree, compression: { type: 'gzip' } }));
    const changing = setInterval(() => appendFileSync(source, 'x'), 1);
    const error = await errorOf(() => work).finally(() => clearInterval(changing));
    expect(error.code).toBe('file-changed');
    expect(readdirSync(directory)).toEqual([]);
  });

  test('if its directory is missing, or its name is taken by a directory', async () => {
    const missing = await errorOf(() => writeDeb(join(temporary, 'none/x.deb'), input()));
    expect(missing).toMatchObject({ code: 'cannot-write', hint: 'Check the path.' });
  });
});

describe('wrong arguments', () => {
  test.each([-1, 1.5, Number.NaN, 1e12])('timestamp %d', async (timestamp) => {
    const error = await errorOf(() => writeDeb(join(temporary, 't.deb'), input({ timestamp })));
    expect(error).toMatchObject({ code: 'timestamp', hint: expect.stringContaining('EPOCH') });
  });

  test.each([
    { type: 'xz', level: 10 },
    { type: 'gzip', level: -1 },
    { type: 'zstd', level: 23 },
    { type: 'xz', level: 1.5 },
    { type: 'bzip2' as 'xz' },
  ] satisfies Compression[])('compression $type $level', async (compression) => {
    const error = await errorOf(() => writeDeb(join(temporary, 'c.deb'), input({ compression })));
    expect(error).toMatchObject({ code: 'compression', hint: expect.stringContaining('zstd') });
  });

  test('a program that is not installed is named', async () => {
    const compression = { type: 'xz' } as const;
    const error = await withEnvironment({ PATH: '/nonexistent' }, () =>
      errorOf(() => writeDeb(join(temporary, 'p.deb'), input({ compression }))),
    );
    expect(error).toMatchObject({
      code: 'tool-missing',
      hint: 'Install xz: apt install xz-utils',
    });
  });
});
