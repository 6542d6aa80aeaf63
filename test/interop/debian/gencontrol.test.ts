import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseChangelog } from '../../../src/debian/changelog.ts';
import { parseDeb822 } from '../../../src/debian/deb822.ts';
import { InputError } from '../../../src/errors.ts';
import { binaryControl } from '../../../src/package/binary-control.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { perl } from '../../support/perl.ts';
import { Seeded } from '../../support/seeded.ts';

const COUNT = Number(process.env.GENCONTROL_CASES ?? 60);
const random = new Seeded(38);
/** A substitution variable as debian/control has it. */
const variable = (name: string) => `$\{${name}}`;
const maybe = (text: string | (() => string), odds = 3) =>
  random.below(odds) === 0 ? (typeof text === 'string' ? text : text()) : '';

/** dpkg-gencontrol itself, in a child for each directory: its modules are loaded once. */
const GENCONTROL = String.raw`use Dpkg::Control::Info; use Dpkg::Control; use Dpkg::Deps;
  use Dpkg::Substvars; use Dpkg::Changelog::Parse; use Dpkg::Dist::Files; use Dpkg::Vendor; $| = 1;
  while (my $d = <STDIN>) { chomp $d; my $pid = fork();
    if (!$pid) { chdir $d; open(STDOUT, '>', 'out'); open(STDERR, '>', 'err'); open(STDIN, '<', '/dev/null');
      local @ARGV = ('-O', '-P.', '-Vmisc:Depends=dkms (>= 3.0)', '-VInstalled-Size=7'); $0 = 'dpkg-gencontrol';
      do '/usr/bin/dpkg-gencontrol'; die $@ if $@; exit 0; }
    waitpid $pid, 0; print(($? >> 8) . "\n"); }`;

const NAMES = ['aa', 'bb', 'cc', 'drv-dkms', 'drv-modules', 'x.y+z'];

function relation(): string {
  const operator = random.pick(['<<', '<=', '=', '>=', '>>', '<', '>']);
  const version = random.pick(['1', '1.0', '1~', '2', '3-1', '1:0.5']);
  return [
    random.pick(NAMES),
    maybe(() => `:${random.pick(['any', 'amd64', 'all', 'native'])}`, 12),
    maybe(() => ` (${operator} ${version})`),
    maybe(() => ` [${random.pick(['amd64', '!i386', 'linux-any', 'amd64 arm64'])}]`, 25),
    maybe(
      () => ` ${random.pick(['<!nocheck>', '<stage1>', '<a b> <c>', '<!nofirm !cross>', '<c>'])}`,
      6,
    ),
  ].join('');
}

function relations(alternatives: boolean): string {
  const separator = random.pick([', ', ',', ',\n ', ' ,  ']);
  return random
    .list(1, 5, () =>
      random
        .list(1, alternatives ? random.pick([1, 1, 2]) : 1, relation)
        .join(random.pick([' | ', '|'])),
    )
    .join(separator);
}

function stanzas(): string {
  const field = (name: string, value: () => string, odds = 3) =>
    maybe(() => `${name}: ${value()}\n`, odds);
  const custom = () =>
    `${random.pick(['X', 'XB', 'XS', 'XC', 'XBS', 'XSBC', 'xb'])}-${random.pick(['Foo-Bar', 'DKMS-x', 'Python-Version', 'Zz'])}`;
  const source = [
    `Source: ${random.pick(['drv', 'drv-dkms'])}\n`,
    field('Section', () => random.pick(['kernel', 'contrib/kernel'])),
    field('Priority', () => 'optional'),
    'Maintainer: A Person <a@example.org>\n',
    field('Uploaders', () => 'B <b@example.org>'),
    field('Standards-Version', () => '4.6.2'),
    field('Homepage', () => `https://example.org/${variable('S:Source')}`),
    field('Build-Depends', () => 'debhelper-compat (= 13)'),
    field('Rules-Requires-Root', () => 'no'),
    field('Vcs-Git', () => 'https://example.org/x.git'),
    field('Origin', () => 'Us', 8),
    field('Bugs', () => 'https://example.org/bugs', 8),
    field('Description', () => 'what the source says\n of itself', 6),
    field(custom(), () => 'of the source', 4),
  ].join('');
  const binary = [
    'Package: drv-dkms\n',
    'Architecture: all\n',
    field('Multi-Arch', () => random.pick(['foreign', 'allowed', 'no'])),
    field('Essential', () => 'yes', 10),
    field('Protected', () => 'yes', 10),
    field('Section', () => 'misc', 5),
    field('Priority', () => 'extra', 5),
    field('Depends', () => `\${misc:Depends}, ${relations(true)}`, 2),
    field('Pre-Depends', () => relations(true), 5),
    field('Recommends', () => relations(true)),
    field('Suggests', () => relations(true)),
    field('Enhances', () => relations(false), 5),
    field('Conflicts', () => relations(false)),
    field('Breaks', () => relations(false), 5),
    field('Replaces', () => relations(false), 5),
    field('Provides', () =>
      random
        .list(1, 3, () =>
          random.pick([
            'drv-modules',
            'drv-modules (= 1.0)',
            'bb',
            `virt (= ${variable('source:Version')})`,
            'virt <!stage1>',
          ]),
        )
        .join(', '),
    ),
    field('Built-Using', () => 'gcc-12 (= 12.2)', 8),
    field('Build-Profiles', () => '<!nocheck>', 8),
    field('Tag', () => `role::${variable('nothing')}, hardware::x, ${variable('nothing')}`, 6),
    field('Homepage', () => 'https://example.org/b', 6),
    field('Maintainer', () => 'Another <c@example.org>', 15),
    field('Kernel-Version', () => '6.1', 15),
    field(custom(), () => 'one\n  two\n .\n three', 3),
    field(
      custom().replace(/(x+)/i, '$1').replace('Foo', 'Other'),
      () => `x ${variable('F:Package')} ${variable('Arch')}`,
      4,
    ),
    field('Unknown-Field', () => 'x', 10),
    `Description: ${random.pick(['driver of it', `${variable('source:Synopsis')} more`])}\n of ${variable('source:Upstream-Version')}\n .\n  listed\n`,
  ].join('');
  return `${source}\n${binary}`;
}

test('the control file of the package is what dpkg-gencontrol makes', async () => {
  await withTemporaryDirectory('gencontrol', async (directory) => {
    const cases: { control: string; version: string; profiles: string[]; at: string }[] = [];
    for (let i = 0; i < COUNT; i++) {
      const at = join(directory, String(i));
      const version = random.pick(['1.0-1', '2:1.0-1', '1.0', '1.0-1+b2']);
      const control = stanzas();
      cases.push({ control, version, profiles: [], at });
      await mkdir(join(at, 'debian'), { recursive: true });
      await writeFile(join(at, 'debian/control'), control);
      await writeFile(join(at, 'debian/changelog'), changelog(control, version));
    }
    const outcome = { same: 0, refused: 0 };
    for (const profiles of ['', 'stage1 nocheck', 'a b c']) {
      const { stdout } = await perl(GENCONTROL, cases.map(({ at }) => `${at}\n`).join(''), {
        DEB_BUILD_PROFILES: profiles,
        DEB_HOST_ARCH: 'amd64',
      });
      const statuses = stdout.trim().split('\n');
      for (const [i, { control, version, at }] of cases.entries()) {
        const ours = attempt(control, version, profiles.split(' ').filter(Boolean));
        const [theirs, said] = await Promise.all([read(at, 'out'), read(at, 'err')]);
        if (statuses[i] !== '0') {
          expect(ours, `${control}\n${said}`).toBe('refused');
          outcome.refused++;
        } else if (ours === 'refused') {
          // What dpkg itself would not read; dpkg-gencontrol writes it all the same.
          expect(theirs, control).toMatch(/^Provides: .*\((?!=)/m);
        } else {
          // Where a variable gave nothing dpkg-gencontrol leaves a second blank before the value.
          expect(ours, control).toBe(theirs.replace(/^(\S+:) +/gm, '$1 '));
          outcome.same++;
        }
      }
    }
    expect(outcome.same).toBeGreaterThan(COUNT);
    expect(outcome.refused).toBeGreaterThan(10);
  });
});

function changelog(control: string, version: string): string {
  const source = /^Source: (.*)$/m.exec(control)?.[1];
  return `${source} (${version}) unstable; urgency=medium\n\n  * X.\n\n -- A <a@e.org>  Thu, 26 Nov 2026 00:00:00 +0000\n`;
}

function attempt(control: string, version: string, profiles: readonly string[]): string {
  const [latest] = parseChangelog(changelog(control, version), 'changelog');
  try {
    const [source, binary] = parseDeb822(control, 'control').paragraphs;
    if (source === undefined || binary === undefined || latest === undefined) return 'nothing';
    return binaryControl(
      { directory: 'debian', source, binary, packageName: 'drv-dkms', latest },
      {
        installedSize: 7,
        architecture: 'amd64',
        variables: new Map([['misc:Depends', 'dkms (>= 3.0)']]),
        profiles,
      },
    ).text;
  } catch (error) {
    if (error instanceof InputError) return 'refused';
    throw error;
  }
}

function read(at: string, name: string): Promise<string> {
  return readFile(join(at, name), 'utf8');
}
