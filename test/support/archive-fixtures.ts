import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { afterAll, expect } from 'vitest';
import { AR_MAGIC, arHeader } from '../../src/archive/compression/ar-header.ts';
import type { ControlMember } from '../../src/archive/deb-writer.ts';
import { DkmsDebError } from '../../src/errors.ts';
import { run } from '../../src/system/process/run.ts';

export const EPOCH = 1_700_000_000;

/** Creates a directory for a test file, and removes it after its tests. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dkms-deb-test-archive-'));
  // It may contain directories that only root could empty.
  afterAll(() => run('sh', ['-c', 'chmod -R u+rwX "$0"; rm -rf "$0"', directory]));
  return directory;
}

export const CONTROL_TEXT = `Package: example-dkms
Version: 1.0-1
Architecture: all
Maintainer: A Person <person@example.org>
Description: an example
 that is packed
 .
 by the tests
`;

/** Returns a valid set of control files, with `more` added. */
export function controlFiles(more: Readonly<Record<string, string>> = {}): ControlMember[] {
  return Object.entries({ control: CONTROL_TEXT, ...more }).map(([name, text]) => ({
    name,
    bytes: Buffer.from(text),
    mode: /^(pre|post)(inst|rm)$|^config$/.test(name) ? 0o755 : 0o644,
  }));
}

/** Returns the error that `work` throws, which must be one of ours. */
export async function errorOf(work: () => unknown): Promise<DkmsDebError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof DkmsDebError) return error;
    throw error;
  }
  return expect.fail('there was no error');
}

/** Returns an ar archive with these members, as dpkg would write it. */
export function arArchive(members: readonly (readonly [name: string, bytes: Buffer])[]): Buffer {
  const parts = members.flatMap(([name, bytes]) => [
    arHeader(name, bytes.length, EPOCH),
    bytes,
    Buffer.alloc(bytes.length % 2, '\n'),
  ]);
  return Buffer.concat([Buffer.from(AR_MAGIC), ...parts]);
}

type PackedHeader = Parameters<ReturnType<typeof pack>['entry']>[0];

/** Returns a tar archive written by tar-stream, which also accepts entries that our writer refuses. */
export async function foreignTar(
  entries: readonly (PackedHeader & { readonly bytes?: string })[],
): Promise<Buffer> {
  const packer = pack();
  for (const { bytes, ...header } of entries) {
    packer.entry({ mtime: new Date(EPOCH * 1000), ...header }, bytes ?? '');
  }
  packer.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packer as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Writes a .deb with the data.tar `data` and otherwise valid contents. */
export async function foreignDeb(path: string, data: Buffer): Promise<string> {
  const control = await foreignTar([{ name: './control', bytes: CONTROL_TEXT }]);
  const members = [
    ['debian-binary', Buffer.from('2.0\n')],
    ['control.tar', control],
    ['data.tar', data],
  ] as const;
  writeFileSync(path, arArchive(members));
  return path;
}
