import { expect, test } from 'vitest';
import { headersHint } from '../../src/kernel/headers-hint.ts';

test.each([
  ['6.1.0-56-amd64', /apt install linux-headers-6\.1\.0-56-amd64$/],
  ['6.12.57+deb13-cloud-amd64', /apt install linux-headers-6\.12\.57\+deb13-cloud-amd64$/],
  ['6.8.0-138-generic', /apt install linux-headers-6\.8\.0-138-generic$/],
  ['6.8.12-9-pve', /apt install proxmox-headers-6\.8\.12-9-pve$/],
  ['6.2.16-20-pve', /apt install pve-headers-6\.2\.16-20-pve$/],
  ['6.6.16-current-rockchip64', /apt install linux-headers-current-rockchip64$/],
  ['6.12.47+rpt-rpi-v8', /linux-headers-6\.12\.47\+rpt-rpi-v8 \(from archive\.raspberrypi/],
  ['6.1.21-v8+', /raspberrypi-kernel-headers/],
  ['6.12.9-x64v3-xanmod1', /linux-headers-6\.12\.9-x64v3-xanmod1 \(from deb\.xanmod\.org\)$/],
  ['6.12.9-1-liquorix-amd64', /linux-headers-6\.12\.9-1-liquorix-amd64 \(from liquorix/],
  ['5.15.148-tegra', /nvidia-l4t-kernel-headers/],
  // Bug: these were taken for kernels that a user had built.
  ['6.8.0-1012-aws', /apt install linux-headers-6\.8\.0-1012-aws$/],
  ['6.8.0-45-lowlatency', /apt install linux-headers-6\.8\.0-45-lowlatency$/],
  ['6.1.0-18-686-pae', /apt install linux-headers-6\.1\.0-18-686-pae$/],
  ['6.1.0-9-powerpc64le', /apt install linux-headers-6\.1\.0-9-powerpc64le$/],
  ['7.3-riscv64', /apt install linux-headers-7\.3-riscv64$/],
  // Bug: the commit of a kernel of one's own, and -dirty, were taken for an ABI number and for rt.
  ['6.9.0-00012-g1234567abcde', /make bindeb-pkg/],
  ['6.6.30-00123-gabcdef012345-dirty', /make bindeb-pkg/],
  ['6.9.0-gc686aaaa1234', /make bindeb-pkg/],
  ['6.9.0-dirty', /make bindeb-pkg/],
  ['6.9.0-start', /make bindeb-pkg/],
  ['6.1.0-18-rt-amd64', /apt install linux-headers-6\.1\.0-18-rt-amd64$/],
  ['6.12.57+deb13-rpi', /apt install linux-headers-6\.12\.57\+deb13-rpi$/],
  ['6.11.2-rt', /apt install linux-headers-6\.11\.2-rt$/],
  ['6.12.1-mine', /make bindeb-pkg/],
  ['6.13.0-rc3+', /make bindeb-pkg/],
])('the headers of %s (case 14)', (release, hint) => {
  expect(headersHint(release)).toMatch(hint);
});

test('the hint for WSL2 names its source, because it has no package of headers', () => {
  const hint = headersHint('6.6.87.2-microsoft-standard-WSL2');
  expect(hint).not.toContain('apt install');
  expect(hint).toMatch(/linux-msft-wsl-6\.6\.87\.2 .*--headers/);
});
