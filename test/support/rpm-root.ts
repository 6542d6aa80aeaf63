import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ANY_STATUS, type RunResult } from '../../src/system/process/run.ts';
import { asRoot } from './as-root.ts';

/**
 * A dkms that records its calls in /calls. A file of /state is a version that was added, a file in
 * /lib/modules/KERNEL/updates a module, with the version in it. Like the real one it needs dkms.conf in the source to
 * do anything, and says what was added with status 0.
 */
const DKMS = `#!/bin/sh
echo "$*" >>/calls
action=$1
shift
kernel=
while [ $# -gt 0 ]; do
  case $1 in
    -m) name=$2; shift ;;
    -v) version=$2; shift ;;
    -k) kernel=$2; shift ;;
  esac
  shift
done
conf=/usr/src/$name-$version/dkms.conf
case $action in
  status) [ ! -e "/state/$name-$version" ] || echo "$name/$version: added"; exit 0 ;;
  add) [ -e "$conf" ] || exit 2; [ ! -e "/state/$name-$version" ] || exit 3; echo >"/state/$name-$version" ;;
  install)
    [ -e "$conf" ] || exit 2
    [ ! -e /broken ] || exit 10
    echo >"/state/$name-$version"
    echo "$version" >"/lib/modules/$kernel/updates/$name.ko" ;;
  remove)
    [ -e "$conf" ] || exit 2
    [ -e "/state/$name-$version" ] || exit 3
    rm "/state/$name-$version"
    for module in /lib/modules/*/updates/$name.ko; do
      [ ! -e "$module" ] || [ "$(cat "$module")" != "$version" ] || rm "$module"
    done ;;
esac
exit 0
`;

/** A root for `rpm --root`, with a shell, three kernels of which two have headers, and the dkms above. */
export class RpmRoot {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  async make(): Promise<void> {
    const at = (...path: string[]) => join(this.directory, ...path);
    for (const folder of ['dev', 'bin', 'usr/bin', 'state', 'usr/src/hello-0.5']) {
      await mkdir(at(folder), { recursive: true });
    }
    for (const kernel of ['6.1.0', '6.2.0', '6.3.0']) {
      await mkdir(at('lib/modules', kernel, 'updates'), { recursive: true });
    }
    await mkdir(at('lib/modules/6.1.0/build'));
    await mkdir(at('lib/modules/6.2.0/build'));
    await asRoot(['mknod', '-m', '666', at('dev/null'), 'c', '1', '3']);
    await asRoot(['cp', '/bin/busybox', at('bin/busybox')]);
    for (const name of ['sh', 'ls', 'cat', 'rm', 'echo']) {
      await symlink('busybox', at('bin', name));
    }
    await writeFile(at('usr/bin/dkms'), DKMS);
    await chmod(at('usr/bin/dkms'), 0o755);
    // A version that the administrator has added.
    await writeFile(at('usr/src/hello-0.5/dkms.conf'), '');
    await writeFile(at('state/hello-0.5'), '');
    await this.rpm('--initdb');
  }

  /** Runs rpm on the root. The root has no package that provides dkms. */
  rpm(...args: string[]): Promise<RunResult> {
    return asRoot(['rpm', '--root', this.directory, ...args], { accept: ANY_STATUS });
  }

  /** The modules, as KERNEL: VERSION. */
  async modules(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    const folder = join(this.directory, 'lib/modules');
    for (const kernel of (await readdir(folder)).sort()) {
      for (const name of await readdir(join(folder, kernel, 'updates'))) {
        found[kernel] = (await readFile(join(folder, kernel, 'updates', name), 'utf8')).trim();
      }
    }
    return found;
  }

  /** The versions that were added to DKMS. */
  async added(): Promise<string[]> {
    return (await readdir(join(this.directory, 'state'))).sort();
  }

  /** What the packages have in the root. */
  async packaged(): Promise<string[]> {
    const names = (await readdir(join(this.directory, 'usr'), { recursive: true })).sort();
    return names.filter((name) => /hello/.test(name) && !/hello-0\.5/.test(name));
  }

  async remove(): Promise<void> {
    await asRoot(['rm', '-rf', this.directory]);
    await rm(this.directory, { recursive: true, force: true });
  }
}
