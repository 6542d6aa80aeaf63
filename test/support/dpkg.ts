import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';

/** An empty system that dpkg can install into; nothing outside `root` is touched. */
export function makeDpkgRoot(root: string): void {
  mkdirSync(join(root, 'var/lib/dpkg/info'), { recursive: true });
  mkdirSync(join(root, 'var/lib/dpkg/updates'));
  writeFileSync(join(root, 'var/lib/dpkg/status'), '');
  writeFileSync(join(root, 'var/lib/dpkg/available'), '');
}

/** Really installs a package below `root`: the judge of what `dpkg-deb -c` and lintian let pass. */
export async function dpkgInstall(root: string, deb: string): Promise<string> {
  const options = [
    `--root=${root}`,
    '--force-not-root',
    '--force-script-chrootless',
    '--force-architecture',
    '--log=/dev/null',
  ];
  return (await run('dpkg', [...options, '-i', deb])).output;
}
