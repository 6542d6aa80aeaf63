// npm run bench: what dkms-deb costs against the tools it stands in for, every ratio that the issues
// name in one table. Each ratio is taken within one run, commands in turn, and the median of the rounds
// is printed. Needs: scripts/setup.sh --test. BENCH_ROUNDS sets the rounds, BENCH_ROWS a regular
// expression for the rows, BENCH_MEMORY=1 adds the row of a 2 GB tree (minutes, and 5 GB of disk).
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { archiveDriver } from './bench/drivers.mjs';
import { say, scratch, wanted } from './bench/measure.mjs';
import { bmdebAgain, bmdebOfAll, bmdebOfOne } from './bench/modules.mjs';
import { build, buildLarge, init, memory, startUp } from './bench/packages.mjs';

const versionOf = (program) =>
  execFileSync('dpkg-query', ['-W', '-f', `\${Package} \${Version}`, program], {
    encoding: 'utf8',
  });

try {
  const releases = readdirSync('/lib/modules').filter((release) =>
    existsSync(join('/lib/modules', release, 'build/include')),
  );
  const tools = ['dpkg', 'debhelper', 'xz-utils', 'gcc-12', 'dkms'].map(versionOf).join(', ');
  say(`${cpus().length} × ${cpus()[0].model}, node ${process.version}, ${tools}`);
  say(`kernels: ${releases.join(', ')}\n`);
  say('| what | ours (s) | theirs (s) | ratio | of CPU | bound | our memory (MB) | rounds |');
  say('|---|---|---|---|---|---|---|---|');
  startUp();
  if (wanted('`init`')) init();
  if (wanted('`build` of v4l2loopback')) build();
  if (wanted('16 MB')) buildLarge();
  if (wanted('by hand')) {
    const release = releases.find((each) => !each.includes('rt'));
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
  // Compiles for all of them.
  const acpiCall = archiveDriver('acpi-call-dkms');
  if (wanted('`dkms build`')) bmdebOfAll(acpiCall, releases);
  bmdebAgain(acpiCall, 'acpi-call', releases, 'small driver');
  // It does not compile for newer kernels.
  const old = releases.filter((release) => release.startsWith('6.1.'));
  bmdebAgain(archiveDriver('xtables-addons-dkms'), 'xtables-addons', old, '0.03');
  if (process.env.BENCH_MEMORY) memory();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
