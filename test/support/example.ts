import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT } from './project.ts';

export type ExampleName = 'hello' | 'duo' | 'plain';

/** Copies a driver of examples/ to `<parent>/<name>`, where a test may write, and returns that path. */
export async function exampleDirectory(name: ExampleName, parent: string): Promise<string> {
  const directory = join(parent, name);
  await cp(join(PROJECT, 'examples', name), directory, {
    recursive: true,
    preserveTimestamps: true,
    errorOnExist: true,
    force: false,
  });
  return directory;
}
