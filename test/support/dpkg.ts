import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';

/** An empty system into which dpkg can install. Nothing outside of `root` is changed. */
export function makeDpkgRoot(root: string): void {
  mkdirSync(join(root, 'var/lib/dpkg/info'), { recursive: true });
  mkdirSync(join(root, 'var/lib/dpkg/updates'));
  writeFileSync(join(root, 'var/lib/dpkg/status'), '');
  writeFileSync(join(root, 'var/lib/dpkg/available'), '');
}

/** Installs a package below `root`. dpkg refuses some packages that `dpkg-deb -c` and lintian accept. */
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
