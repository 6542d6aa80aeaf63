import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { packagedTree } from './source-packages.ts';

export function quiltTree(parent: string, version = '1.0-1'): Promise<string> {
  return packagedTree('hello', parent, { version, quilt: true });
}

/** Writes a tarball of the tree without debian/, as an upstream author would. */
export async function writeOrig(tree: string, target: string, flag: string): Promise<void> {
  const options = ['--exclude=hello/debian', '--exclude-vcs', '--transform=s,^hello,hello-v1,'];
  await run('tar', [flag, ...options, '-cf', target, 'hello'], { cwd: join(tree, '..') });
}
