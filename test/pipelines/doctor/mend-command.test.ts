import { expect, test } from 'vitest';
import {
  installCommand,
  readPolicy,
  withCommand,
} from '../../../src/pipelines/doctor/mend-command.ts';

const APT = { hasApt: true, isRoot: false, hasSudo: true };
const MISSING = { state: 'missing', subject: 'p', message: 'not installed' } as const;

/** What apt-cache policy of jammy says about pahole, which it does not have, and dwarves. */
const JAMMY = `apt:
  Installed: 2.4.5
  Candidate: 2.4.13
  Version table:
     2.4.13 500
        500 http://archive.ubuntu.com/ubuntu jammy-updates/main amd64 Packages
 *** 2.4.5 100
        100 /var/lib/dpkg/status
dwarves:
  Installed: (none)
  Candidate: 1.22-8
  Version table:
     1.22-8 500
        500 http://archive.ubuntu.com/ubuntu jammy/universe amd64 Packages
ghost:
  Installed: (none)
  Candidate: (none)
  Version table:
`;

/** A machine on which apt update never ran, as in a container. */
const WITHOUT_LISTS = `apt:
  Installed: 2.6.1
  Candidate: 2.6.1
  Version table:
 *** 2.6.1 100
        100 /var/lib/dpkg/status
`;

test('the packages that apt can install have a candidate', () => {
  const { known, names } = readPolicy(JAMMY);
  expect(known).toBe(true);
  expect([...names]).toEqual(['apt', 'dwarves']);
});

test('a package that this release has under its former name is installed under it', () => {
  const mended = withCommand({ ...MISSING, packages: ['pahole'] }, readPolicy(JAMMY), APT);
  expect(mended).toEqual({
    ...MISSING,
    packages: ['dwarves'],
    command: 'sudo apt install dwarves',
  });
});

test('no command names a package that apt does not know', () => {
  const mended = withCommand({ ...MISSING, packages: ['ghost'] }, readPolicy(JAMMY), APT);
  expect(mended).not.toHaveProperty('command');
  expect(mended.advice).toContain('apt has no package ghost');
});

test('without package lists, apt update comes first', () => {
  const installable = readPolicy(WITHOUT_LISTS);
  const root = { ...APT, isRoot: true };
  const finding = { ...MISSING, packages: ['make'] };
  expect(withCommand(finding, installable, root).command).toBe('apt update && apt install make');
  expect(withCommand(finding, installable, APT).command).toBe(
    'sudo apt update && sudo apt install make',
  );
});

test('without apt the package is named, and no command', () => {
  const mended = withCommand(
    { ...MISSING, packages: ['make'] },
    { known: false, names: new Set() },
    { hasApt: false, isRoot: true, hasSudo: false },
  );
  expect(mended).not.toHaveProperty('command');
  expect(mended.advice).toContain('In Debian the missing part is in make');
});

test('sudo is used where it is there and needed', () => {
  expect(installCommand(['a', 'b', 'a'], APT)).toBe('sudo apt install a b');
  expect(installCommand(['a'], { ...APT, isRoot: true })).toBe('apt install a');
  expect(installCommand(['a'], { ...APT, hasSudo: false })).toBe('apt install a');
});
