import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'rolldown';
import { afterAll, beforeAll } from 'vitest';
import { PROJECT } from './project.ts';

/**
 * Packs the tree `argv[2]` into `argv[3]`. Prints the peak of its resident memory in KiB, or the code of
 * the error.
 */
const PACK = `
import { StagedTree } from '${PROJECT}/src/archive/staged/staged-tree.ts';
import { writeDeb } from '${PROJECT}/src/archive/deb-writer.ts';
const [, , directory, target, type, level] = process.argv;
const tree = await StagedTree.fromDirectory(directory);
const text = 'Package: example\\nVersion: 1\\nArchitecture: all\\nMaintainer: A <a@b>\\nDescription: x\\n';
const control = [{ name: 'control', bytes: Buffer.from(text), mode: 0o644 }];
const compression = { type, ...(level ? { level: Number(level) } : {}) };
console.log('packing');
try {
  await writeDeb(target, { control, tree, timestamp: 1700000000, compression });
  console.log(process.resourceUsage().maxRSS);
} catch (error) {
  console.log(error.code);
}
`;

/** The bundled code of src/archive, for tests that need it in a separate process. */
export interface CompiledArchive {
  /** The script that packs. Its arguments are tree, target, compression type and level. */
  readonly pack: string;
}

/** Bundles the code once for a test file, into a temporary directory. */
export function compiledArchive(): CompiledArchive {
  const directory = mkdtempSync(join(tmpdir(), 'dkms-deb-test-compiled-'));
  const pack = join(directory, 'pack.mjs');
  beforeAll(async () => {
    const entry = join(directory, 'entry.mjs');
    writeFileSync(entry, PACK);
    await build({
      input: entry,
      platform: 'node',
      logLevel: 'warn',
      output: { file: pack, format: 'esm' },
    });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return { pack };
}

/** Runs node with `args`, if given after another program, and resolves with its output. */
export async function runNode(args: readonly string[], before: readonly string[] = []) {
  const [program = process.execPath, ...rest] = [...before, process.execPath, ...args];
  return promisify(execFile)(program, rest);
}
