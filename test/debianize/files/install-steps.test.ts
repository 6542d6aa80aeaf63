import { expect, test } from 'vitest';
import { installedBy } from '../../../src/debianize/files/install-steps.ts';
import { cpuTime } from '../../support/cpu-time.ts';

// Bug: a file that install.sh copies with its whole folder was said to be in no install step.
test.each([
  ['sudo cp modprobe/* /etc/modprobe.d/', true],
  ['install -m644 "$SRC/modprobe/"*.conf "$D/etc/modprobe.d"', true],
  ['cp conf/modprobe/*.conf /usr/lib/modprobe.d/', true],
  ['cp "$S/modprobe"/* /etc/modprobe.d/', true],
  ['cp a/* modprobe/* /etc/modprobe.d/', true],
  ['cp data/foo.conf /etc/modprobe.d/', true],
  ['cp modprobe/* /tmp/', false],
  ['cp modprobe/*\necho /etc/modprobe.d', false],
  ['cp udev/* /etc/modprobe.d/', false],
  ['cp nomodprobe/* /etc/modprobe.d/', false],
])('%s installs modprobe/foo.conf: %s', (step, expected) => {
  expect(installedBy([step])('conf/modprobe/foo.conf', 'modprobe.d')).toBe(expected);
});

test('a file in no folder is not in one that is called "."', () => {
  expect(installedBy(['cp ./* /etc/modprobe.d/'])('foo.conf', 'modprobe.d')).toBe(false);
});

// Bug: the lines of all steps were split again for each file; this took a minute.
test('a thousand settings beside long install steps cost little', async () => {
  const steps = ['\tcp a.b/* /etc/modprobe.d/\n', '\techo\n'].map((line) =>
    line.repeat(1_000_000 / line.length),
  );
  const time = await cpuTime(() => {
    const isInstalled = installedBy(steps);
    for (let i = 0; i < 1000; i++) {
      expect(isInstalled(`conf/${i}.conf`, 'modprobe.d')).toBe(false);
    }
  });
  expect(time).toBeLessThan(3000);
});
