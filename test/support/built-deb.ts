import { join } from 'node:path';
import { type DebReader, readDeb } from '../../src/archive/deb-reader.ts';
import { type DebInput, writeDeb } from '../../src/archive/deb-writer.ts';
import { StagedTree } from '../../src/archive/staged/staged-tree.ts';
import { run } from '../../src/system/process/run.ts';
import { controlFiles, EPOCH } from './archive-fixtures.ts';
import { dpkgInstall, makeDpkgRoot } from './dpkg.ts';

let count = 0;

export interface Built {
  readonly path: string;
  readonly deb: DebReader;
  /** Installs the package into an empty root, and returns the root. */
  install(): Promise<string>;
}

/** Writes a package into a directory. */
export async function build(
  directory: string,
  fill: (tree: StagedTree) => void,
  changes: Partial<DebInput> = {},
): Promise<Built> {
  const path = join(directory, `${count++}.deb`);
  const tree = new StagedTree(EPOCH);
  fill(tree);
  const compression = { type: 'none' } as const;
  const control = controlFiles();
  await writeDeb(path, { control, tree, timestamp: EPOCH, compression, ...changes });
  return {
    path,
    deb: await readDeb(path),
    async install() {
      makeDpkgRoot(`${path}.root`);
      await dpkgInstall(`${path}.root`, path);
      return `${path}.root`;
    },
  };
}

/** Returns the type flags of all headers in data.tar, also of GNU long records. */
export async function typeFlags(deb: string): Promise<string> {
  const { stdout } = await run('bash', [
    '-c',
    'dpkg-deb --fsys-tarfile "$1" | base64 -w0',
    'bash',
    deb,
  ]);
  const tar = Buffer.from(stdout, 'base64');
  let flags = '';
  for (let at = 0; tar[at] !== 0 && at < tar.length; ) {
    flags += String.fromCharCode(tar[at + 156] ?? 0);
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return flags;
}
