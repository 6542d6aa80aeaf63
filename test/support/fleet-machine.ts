import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArchiveKey, deb822Source } from './apt-archive.ts';
import { asRoot } from './as-root.ts';
import { type DebianRoot, withTrixieRoot } from './chroot.ts';

/** A trixie machine whose apt follows archives that are served on this machine. */
export interface FleetMachine {
  readonly root: DebianRoot;
  /** Runs apt-get and returns what it prints. Fails as apt-get does; a warning is an error, too. */
  apt(...args: string[]): Promise<string>;
  /** The packages that apt-get keeps back in an upgrade, which may install new packages. */
  upgrade(): Promise<string[]>;
  /** The versions of the kernel's metapackage and of those of drivers, in their order. */
  versions(drivers: readonly string[]): Promise<string[]>;
  /** The file that modprobe would load under a kernel. */
  fileOf(module: string, release: string): Promise<string>;
}

/** Calls `work` with a machine that has the kernel packages of the archive at `uri` and no others. */
export async function withFleetMachine(
  uri: string,
  key: ArchiveKey,
  directory: string,
  work: (machine: FleetMachine) => Promise<void>,
): Promise<void> {
  await withTrixieRoot(async (root) => {
    const source = join(directory, 'machine.sources');
    const signedBy = '/etc/apt/keyrings/kernels.gpg';
    await writeFile(source, deb822Source({ uri, suites: ['trixie'], signedBy }));
    const inRoot = (path: string) => join(root.directory, path);
    await asRoot(['rm', '-f', inRoot('etc/apt/sources.list')]);
    await asRoot(['install', '-D', '-m644', source, inRoot('etc/apt/sources.list.d/k.sources')]);
    await asRoot(['install', '-D', '-m644', key.publicFile, inRoot(signedBy)]);
    // Debian's own metapackages are newer than those of the archive.
    await root.run('dpkg', ['--purge', 'linux-image-amd64', 'linux-headers-amd64']);
    const apt = async (...args: string[]) => {
      const { stdout, output } = await root.run('apt-get', ['-y', ...args], {
        timeoutSeconds: 120,
      });
      if (/^W:/m.test(output)) throw new Error(`apt-get ${args.join(' ')} warns:\n${output}`);
      return stdout;
    };
    await work({
      root,
      apt,
      async upgrade() {
        await apt('update', '--error-on=any');
        const text = await apt('upgrade', '--with-new-pkgs');
        const [, kept = ''] = /kept back:\n((?: .*\n)*)/.exec(text) ?? [];
        return kept.split(/\s+/).filter(Boolean);
      },
      async versions(drivers) {
        const names = ['linux-image-amd64', ...drivers.map((name) => `${name}-modules-amd64`)];
        const format = '$' + '{Package} $' + '{Version}\n';
        const { stdout } = await root.run('dpkg-query', ['-W', '-f', format, ...names]);
        const found = new Map(
          stdout.split('\n').map((line) => line.split(' ') as [string, string]),
        );
        return names.map((name) => found.get(name) ?? '');
      },
      fileOf: async (module, release) =>
        (await root.run('modinfo', ['-k', release, '-n', module])).stdout.trim(),
    });
  });
}
