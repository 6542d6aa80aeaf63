import { createHash } from 'node:crypto';
import { AR_MAGIC } from '../../src/archive/compression/ar-header.ts';
import { run } from '../../src/system/process/run.ts';
import { directory, file, link, type RawEntry, rawTar } from './raw-tar.ts';

export interface RawMember {
  name: string;
  bytes: Buffer;
  /** Instead of its own. */
  size?: string;
  end?: string;
}

/** A package in parts that a lie may change before it is put together. */
export interface RawDeb {
  readonly fields: [name: string, value: string][];
  /** Instead of the fields. */
  controlText?: string | Buffer;
  readonly controlEntries: RawEntry[];
  readonly data: RawEntry[];
  /** Bytes behind the last entry, instead of two empty blocks. */
  end?: Buffer;
  controlEnd?: Buffer;
  md5sums: 'right' | 'none' | string;
  compression: '' | '.gz' | '.xz' | '.zst' | '.bz2' | '.lzma';
  /** Changes the compressed archives. */
  readonly wrap: ((bytes: Buffer, member: string) => Buffer | Promise<Buffer>)[];
  /** Changes the list of members. */
  readonly members: ((members: RawMember[]) => RawMember[])[];
  tail?: Buffer;
}

const COMPRESSORS = {
  '': undefined,
  '.gz': ['gzip', '-nc'],
  '.xz': ['xz', '-c'],
  '.zst': ['zstd', '-qc'],
  '.bz2': ['bzip2', '-c'],
  '.lzma': ['xz', '-c', '--format=lzma'],
} as const;

/** A small -dkms package that dpkg takes and verify finds well. */
export function goodDeb(): RawDeb {
  const conf =
    'PACKAGE_NAME="hello"\nPACKAGE_VERSION="1.0"\nBUILT_MODULE_NAME="hello"\nDEST_MODULE_LOCATION="/updates"\nAUTOINSTALL="yes"\n';
  return {
    fields: [
      ['Package', 'hello-dkms'],
      ['Version', '1.0-1'],
      ['Architecture', 'all'],
      ['Maintainer', 'A Person <a@example.org>'],
      ['Depends', 'dkms (>= 3.0)'],
      ['Description', 'greets\n long text'],
    ],
    controlEntries: [
      file('./postinst', '#!/bin/sh\nset -e\ndkms add x\n', { mode: 0o755 }),
      file('./prerm', '#!/bin/sh\nset -e\ndkms remove x\n', { mode: 0o755 }),
      file('./conffiles', '/etc/modprobe.d/hello.conf\n'),
      file('./triggers', 'interest-noawait /lib/modules\nactivate-noawait hello-built\n'),
    ],
    data: [
      directory('./'),
      directory('./etc/'),
      directory('./etc/modprobe.d/'),
      file('./etc/modprobe.d/hello.conf', 'options hello x=1\n'),
      directory('./usr/'),
      directory('./usr/share/'),
      directory('./usr/share/doc/'),
      directory('./usr/share/doc/hello-dkms/'),
      file('./usr/share/doc/hello-dkms/copyright', 'nobody\n'),
      file('./usr/share/doc/hello-dkms/empty', ''),
      directory('./usr/src/'),
      directory('./usr/src/hello-1.0/'),
      file('./usr/src/hello-1.0/Makefile', 'obj-m += hello.o\n'),
      file('./usr/src/hello-1.0/dkms.conf', conf),
      file('./usr/src/hello-1.0/hello.c', `int x;\n${'// long\n'.repeat(100)}`),
      link('1', './usr/src/hello-1.0/same.c', './usr/src/hello-1.0/hello.c'),
      link('2', './usr/src/hello-1.0/link.c', 'hello.c'),
    ],
    md5sums: 'right',
    compression: '',
    wrap: [],
    members: [],
  };
}

/** The bytes of the package. */
export async function rawDeb(deb: RawDeb): Promise<Buffer> {
  const text = deb.controlText ?? deb.fields.map(([name, value]) => `${name}: ${value}\n`).join('');
  const control = [directory('./'), file('./control', text), ...deb.controlEntries];
  const sums = deb.md5sums === 'right' ? md5sumsOf(deb) : deb.md5sums;
  if (sums !== 'none') control.push(file('./md5sums', sums));
  let members: RawMember[] = [{ name: 'debian-binary', bytes: Buffer.from('2.0\n') }];
  for (const [name, bytes] of [
    ['control.tar', rawTar(control, deb.controlEnd)],
    ['data.tar', rawTar(deb.data, deb.end)],
  ] as const) {
    const isControl = name === 'control.tar';
    const extension = isControl && /bz2|lzma/.test(deb.compression) ? '.gz' : deb.compression;
    let packed = await compress(bytes, extension);
    for (const wrap of deb.wrap) packed = await wrap(packed, name);
    members.push({ name: `${name}${extension}`, bytes: packed });
  }
  for (const change of deb.members) members = change(members);
  return Buffer.concat([
    Buffer.from(AR_MAGIC),
    ...members.map(rawMember),
    deb.tail ?? Buffer.alloc(0),
  ]);
}

export async function compress(bytes: Buffer, extension: RawDeb['compression']): Promise<Buffer> {
  const command = COMPRESSORS[extension];
  if (command === undefined) return bytes;
  const [program, ...args] = command;
  return (await run(program, args, { input: bytes })).bytes;
}

export function md5sumsOf(deb: RawDeb): string {
  const conffiles = deb.controlEntries
    .filter(({ name }) => name.toString() === './conffiles')
    .flatMap(({ content }) => content.toString().split('\n'));
  const digests = new Map<string, string>();
  for (const { name, type, content, linkName, prefix } of deb.data) {
    const whole = prefix ? `${prefix}/${name}` : name.toString();
    const path = whole.replace(/^\.\//, '');
    if (type === '0' || type === '\0')
      digests.set(path, createHash('md5').update(content).digest('hex'));
    const target = linkName?.toString().replace(/^\.\//, '') ?? '';
    if (type === '1' && digests.has(target)) digests.set(path, digests.get(target) ?? '');
  }
  return [...digests]
    .filter(([path]) => !conffiles.includes(`/${path}`))
    .map(([path, digest]) => `${digest}  ${path}\n`)
    .join('');
}

function rawMember({ name, bytes, size, end }: RawMember): Buffer {
  const head = `${name.padEnd(16)}${'1700000000'.padEnd(12)}0     0     100644  ${(size ?? String(bytes.length)).padEnd(10)}${end ?? '`\n'}`;
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes, Buffer.alloc(bytes.length % 2, '\n')]);
}
