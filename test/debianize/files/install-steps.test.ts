import { expect, test } from 'vitest';
import { isInstalledBy } from '../../../src/debianize/files/install-steps.ts';

// Bug: a file that install.sh copies with its whole folder was said to be in no install step.
test.each([
  ['sudo cp modprobe/* /etc/modprobe.d/', true],
  ['install -m644 "$SRC/modprobe/"*.conf "$D/etc/modprobe.d"', true],
  ['cp conf/modprobe/*.conf /usr/lib/modprobe.d/', true],
  ['cp data/foo.conf /etc/modprobe.d/', true],
  ['cp modprobe/* /tmp/', false],
  ['cp modprobe/*\necho /etc/modprobe.d', false],
  ['cp udev/* /etc/modprobe.d/', false],
  ['cp nomodprobe/* /etc/modprobe.d/', false],
])('%s installs modprobe/foo.conf: %s', (step, expected) => {
  expect(isInstalledBy(step, 'conf/modprobe/foo.conf', 'modprobe.d')).toBe(expected);
});
