import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { PROJECT } from './project.ts';

/**
 * `npm pack` of the project as it is built, into a directory; returns the tarball's path. The build
 * that goes before a real one would take dist/ from under other tests.
 */
export async function npmTarball(directory: string): Promise<string> {
  const { stdout } = await run(
    'npm',
    ['pack', '--ignore-scripts', '--silent', '--offline', '--pack-destination', directory],
    // npm's logs and cache go to HOME.
    { cwd: PROJECT, env: { HOME: directory } },
  );
  return join(directory, stdout.trim());
}
