import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cache, compare, dkmsDeb, printRow, scratch, timeExactly } from './measure.ts';

function script(name: string, text: string): string[] {
  writeFileSync(join(scratch, name), `set -e\n${text}`);
  return ['bash', join(scratch, name)];
}

function bmdeb(source: string, kernels: readonly string[], ...more: string[]): string[] {
  const options = ['-q', ...kernels.flatMap((kernel) => ['-k', kernel])];
  return [dkmsDeb, 'bmdeb', ...options, '-o', join(scratch, 'out'), ...more, source];
}

/** Compares bmdeb for one kernel with a script that copies the source, and calls make, strip, xz and dpkg-deb. */
export function bmdebOfOne(row: {
  readonly name: string;
  readonly source: string;
  readonly release: string;
  readonly make: string;
  readonly bound: string;
}): void {
  const { name, source, release, make, bound } = row;
  const byHand = script(
    'by-hand.sh',
    `rm -rf w p && cp -a ${source} w && (cd w && ${make}) >/dev/null
mkdir -p p/DEBIAN p/lib && find w -name '*.ko' -exec cp -t p/lib {} + && strip -g p/lib/*.ko && xz p/lib/*.ko
printf 'Package: x\\nVersion: 1\\nArchitecture: amd64\\nMaintainer: x <x@x>\\nDescription: x\\n' >p/DEBIAN/control
dpkg-deb --root-owner-group -b p x.deb >/dev/null
`,
  );
  compare(
    `\`bmdeb -k ${release}\` of ${name} / make, strip, xz, dpkg-deb by hand`,
    bound,
    () => timeExactly(bmdeb(source, [release], '--no-cache')),
    () => timeExactly(byHand),
  );
}

/** Compares bmdeb for all kernels with `dkms build` and dpkg-deb for each of them. */
export function bmdebOfAll(source: string, releases: readonly string[]): void {
  if (!existsSync('/usr/sbin/dkms')) {
    printRow([
      'dkms is not installed, so it is not compared',
      ...Array.from({ length: 7 }, () => ''),
    ]);
    return;
  }
  const roots = join(scratch, 'dkms');
  const [name = '', version = ''] = basename(source).split(/-(?=\d)/);
  const loop = script(
    'dkms-loop.sh',
    `rm -rf ${roots} && mkdir -p ${roots}/src ${roots}/tree && cp -a ${source} ${roots}/src/
tree="--dkmstree ${roots}/tree --sourcetree ${roots}/src"
dkms add $tree -m ${name} -v ${version} >/dev/null
for k in ${releases.join(' ')}; do
  dkms build $tree -m ${name} -v ${version} -k $k >/dev/null
  p=${roots}/p; rm -rf $p; mkdir -p $p/DEBIAN $p/lib/modules/$k/updates
  cp ${roots}/tree/${name}/${version}/$k/*/module/* $p/lib/modules/$k/updates/
  printf 'Package: x\\nVersion: 1\\nArchitecture: amd64\\nMaintainer: x <x@x>\\nDescription: x\\n' >$p/DEBIAN/control
  dpkg-deb --root-owner-group -b $p ${roots}/x.deb >/dev/null
done
`,
  );
  compare(
    `\`bmdeb\` of acpi-call for ${releases.length} kernels / \`dkms build\` and \`dpkg-deb -b\` of each`,
    '0.55',
    () => timeExactly(bmdeb(source, releases, '--no-cache')),
    () => timeExactly(loop),
  );
}

/** Compares a second run without changes with the first run. Each round has a new cache. */
export function bmdebAgain(
  source: string,
  name: string,
  releases: readonly string[],
  bound: string,
): void {
  compare(
    `second run of \`bmdeb\` of ${name} for ${releases.length} kernels / the first`,
    bound,
    () => timeExactly(bmdeb(source, releases)),
    () => {
      rmSync(cache, { recursive: true, force: true });
      return timeExactly(bmdeb(source, releases));
    },
  );
}
