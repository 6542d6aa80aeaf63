import { expect, test } from 'vitest';
import { packagedMode } from '../../../src/package/debhelper/dh-fixperms.ts';

test.each([
  ['usr/src/x-1/a.c', 0o644, 0o644],
  ['usr/src/x-1/a.c', 0o600, 0o644],
  ['usr/src/x-1/a.c', 0o666, 0o644],
  ['usr/src/x-1/build.sh', 0o700, 0o755],
  ['usr/src/x-1/build.sh', 0o4755, 0o755],
  ['usr/src/x-1/group-only', 0o654, 0o655],
  ['usr/src/x-1/blob.so.1', 0o755, 0o644],
  ['usr/share/doc/x-dkms/tool.sh', 0o755, 0o644],
  ['usr/share/doc/x-dkms/examples/tool.sh', 0o755, 0o755],
  ['usr/share/man/man8/x.8', 0o755, 0o644],
  ['usr/sbin/x-tool', 0o644, 0o755],
])('%s %o becomes %o', (path, disk, packaged) => {
  expect(packagedMode(path, disk)).toBe(packaged);
});
