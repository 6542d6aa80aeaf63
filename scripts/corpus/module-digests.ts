import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { ANY_STATUS, run } from '../../src/system/process/run.ts';
import { plainModule } from '../../test/support/plain-module.ts';
import type { ModuleDigests } from './driver-record.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/**
 * Returns digests of modules by name, without compression and signature. `strip` strips them as DKMS does.
 */
export async function moduleDigests(
  files: readonly string[],
  scratch: string,
  { strip = false } = {},
): Promise<Record<string, ModuleDigests>> {
  const digests: Record<string, ModuleDigests> = {};
  for (const file of files) {
    const { name, bytes: whole } = await plainModule(file);
    let bytes = whole;
    const copy = `${scratch}.ko`;
    if (strip) {
      await writeFile(copy, whole);
      await run('strip', ['-g', copy], { accept: ANY_STATUS });
      bytes = await readFile(copy);
    }
    digests[name] = { bytes: sha256(bytes), code: sha256(await withoutSrcversion(bytes, copy)) };
  }
  return digests;
}

/**
 * Returns the bytes of a module without srcversion, modpost's checksum of the sources, and without the build id. Some
 * drivers write their directory into a header, so both differ between two directories.
 */
export async function withoutSrcversion(bytes: Buffer, scratch: string): Promise<Buffer> {
  await writeFile(scratch, bytes);
  await run('objcopy', ['--remove-section', '.note.gnu.build-id', scratch]);
  const text = (await readFile(scratch)).toString('latin1');
  return Buffer.from(text.replace(/\0srcversion=[0-9A-F]{23}\0/, '\0srcversion=\0'), 'latin1');
}
