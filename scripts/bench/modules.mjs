// Rows of bmdeb.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, dkmsDeb, env, say, scratch, timeExactly } from './measure.mjs';

const script = (name, text) => {
  writeFileSync(join(scratch, name), `set -e\n${text}`);
  return ['bash', join(scratch, name)];
};

const bmdeb = (source, kernels, ...more) => [
  dkmsDeb,
  ...['bmdeb', '-q', ...kernels.flatMap((kernel) => ['-k', kernel])],
  ...['-o', join(scratch, 'out'), ...more, source],
];

/** One kernel, against what a person would type; `make` is called in a copy of the source. */
export function bmdebOfOne({ name, source, release, make, bound }) {
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

/** All kernels with headers; a dkms build of each and dpkg-deb, one after the other. */
export function bmdebOfAll(source, releases) {
  if (!existsSync('/usr/sbin/dkms'))
    return say('| no dkms here: no comparison with it | | | | | | | |');
  const roots = join(scratch, 'dkms');
  const [name, version] = source
    .split('/')
    .at(-1)
    .split(/-(?=\d)/);
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

/** A second run with nothing changed against the first, each round with a new cache. */
export function bmdebAgain(source, name, releases, bound) {
  compare(
    `second run of \`bmdeb\` of ${name} for ${releases.length} kernels / the first`,
    bound,
    () => timeExactly(bmdeb(source, releases)),
    () => {
      rmSync(env.XDG_CACHE_HOME, { recursive: true, force: true });
      return timeExactly(bmdeb(source, releases));
    },
  );
}
