import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { PROJECT } from './project.ts';

/**
 * Runs `npm pack` for the built project, and returns the path of the tarball. Does not build again,
 * because that would remove dist/ while other tests use it.
 */
export async function npmTarball(directory: string): Promise<string> {
  const { stdout } = await run(
    'npm',
    ['pack', '--ignore-scripts', '--silent', '--offline', '--pack-destination', directory],
    // npm writes its logs and cache into HOME.
    { cwd: PROJECT, env: { HOME: directory } },
  );
  return join(directory, stdout.trim());
}
