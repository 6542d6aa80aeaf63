/**
 * npm run bench: compares the time of dkms-deb with that of the tools that it replaces, in one table.
 * For each ratio, both commands run in turn; the median of all rounds is printed.
 *
 * Needs `scripts/setup.sh --test`. BENCH_ROUNDS is the number of rounds. BENCH_ROWS is a regular
 * expression that selects rows. BENCH_MEMORY=1 adds the row of a 2 GB tree, which takes minutes and 5 GB
 * of disk. The rows about kernels of an archive and fleets
 * (BENCH_ROWS='trixie|worker') need the network, and download about 1 GB.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { archives } from './bench/archives.ts';
import { archiveDriver } from './bench/drivers.ts';
import { fleet } from './bench/fleet.ts';
import { scratch, wanted } from './bench/measure.ts';
import { bmdebAgain, bmdebOfAll, bmdebOfOne } from './bench/modules.ts';
import { build, buildLarge, buildMany, init, memory, startUp } from './bench/packages.ts';
import { publishOne } from './bench/repository.ts';
import { markdownTable } from './corpus/markdown.ts';

function versionOf(program: string): string {
  const format = '$' + '{Package} $' + '{Version}';
  return execFileSync('dpkg-query', ['-W', '-f', format, program], { encoding: 'utf8' });
}

async function measureAll(): Promise<void> {
  const releases = readdirSync('/lib/modules').filter((release) =>
    existsSync(join('/lib/modules', release, 'build/include')),
  );
  const tools = ['dpkg', 'debhelper', 'xz-utils', 'gcc-12', 'dkms'].map(versionOf).join(', ');
  const head = ['what', 'ours (s)', 'theirs (s)', 'ratio', 'of CPU', 'bound'];
  const lines = [
    `${cpus().length} × ${cpus()[0]?.model}, node ${process.version}, ${tools}`,
    `kernels: ${releases.join(', ')}\n`,
    ...markdownTable([...head, 'our memory (MB)', 'rounds'], []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  startUp();
  if (wanted('`init`')) init();
  if (wanted('`build` of v4l2loopback')) build();
  if (wanted('16 MB')) buildLarge();
  if (wanted('20 000')) buildMany();
  if (wanted('by hand')) {
    const release = releases.find((each) => !each.includes('rt')) ?? '';
    const headers = `/lib/modules/${release}/build`;
    const jobs = `make -j${cpus().length}`;
    bmdebOfOne({
      ...{ name: 'openvpn-dco (13 files)', source: archiveDriver('openvpn-dco-dkms'), release },
      ...{ make: `${jobs} VER=${release} KERNEL_SRC=${headers} REVISION=1`, bound: '1.10' },
    });
    bmdebOfOne({
      ...{ name: 'v4l2loopback (1 file)', source: archiveDriver('v4l2loopback-dkms'), release },
      ...{ make: `${jobs} -C ${headers} M=$PWD modules`, bound: '1.10' },
    });
  }
  // acpi-call compiles for all kernels of the tests.
  if (wanted('`dkms build`')) bmdebOfAll(archiveDriver('acpi-call-dkms'), releases);
  if (wanted('second run')) {
    bmdebAgain(archiveDriver('acpi-call-dkms'), 'acpi-call', releases, 'small driver');
    // xtables-addons does not compile for newer kernels.
    const old = releases.filter((release) => release.startsWith('6.1.'));
    bmdebAgain(archiveDriver('xtables-addons-dkms'), 'xtables-addons', old, '0.03');
  }
  await publishOne();
  await archives();
  fleet();
  if (process.env.BENCH_MEMORY) memory();
}

try {
  await measureAll();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
