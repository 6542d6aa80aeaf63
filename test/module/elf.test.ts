import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkModule } from '../../src/module/check.ts';
import { moduleMachines } from '../../src/module/elf.ts';
import { withTemporaryDirectory } from '../../src/system/cleanup.ts';

/** The first 20 bytes of an ELF file. */
function header(type: number, machine: number, bigEndian = false): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.write('\x7fELF', 'latin1');
  bytes[5] = bigEndian ? 2 : 1;
  if (bigEndian) {
    bytes.writeUInt16BE(type, 16);
    bytes.writeUInt16BE(machine, 18);
  } else {
    bytes.writeUInt16LE(type, 16);
    bytes.writeUInt16LE(machine, 18);
  }
  return bytes;
}

const withFile = <T>(bytes: Buffer, work: (file: string) => Promise<T>) =>
  withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'm.ko');
    await writeFile(file, bytes);
    return work(file);
  });

test.each([
  [header(1, 62), ['x86_64']],
  [header(1, 183), ['aarch64']],
  [header(1, 22, true), ['s390x']],
  [header(1, 21), ['ppc64', 'ppc64le']],
  [header(1, 43, true), []],
])('%#', async (bytes, machines) => {
  expect(await withFile(bytes, moduleMachines)).toEqual(machines);
});

test.each([
  ['a program', header(2, 62)],
  ['a short file', Buffer.from('\x7fELF', 'latin1')],
  ['a text', Buffer.from('#!/bin/sh\necho a long enough text\n')],
  ['nothing', Buffer.alloc(0)],
])('%s is no module', async (_name, bytes) => {
  await expect(withFile(bytes, moduleMachines)).rejects.toMatchObject({ code: 'no-module' });
});

test('a module for another machine', async () => {
  const checking = withFile(header(1, 183), (file) =>
    checkModule(file, { release: '6.1', machine: 'x86_64' }, new Map()),
  );
  await expect(checking).rejects.toMatchObject({
    code: 'wrong-machine',
    message: 'm.ko is for aarch64, not x86_64',
  });
});

test('bug: a machine that we have no number of is not refused for that', async () => {
  const checking = withFile(header(1, 43, true), (file) =>
    checkModule(file, { release: '6.1', machine: 'sparc64' }, new Map()),
  );
  await expect(checking).rejects.not.toMatchObject({ code: 'wrong-machine' });
});
