import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ARCHIVE_PACKAGES, archivePackage } from '../../support/archive-packages.ts';
import { exampleDirectory } from '../../support/example.ts';
import { scriptEffect } from '../../support/script-effect.ts';
import { buildTwins, type DebContents, withoutScriptSize } from '../../support/twin.ts';

let parent = '';
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'twin-'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

/** Twelve are enough for one run; lttng-modules, the largest, takes longer than all the others. */
const DRIVERS = ARCHIVE_PACKAGES.filter(
  (name) => !/^(lttng-modules|vpoll|xtrx|dpdk-kmods)-dkms$/.test(name),
);

/** bookworm's dh_dkms (3.0.10) knows only BUILD_EXCLUSIVE_CONFIG and another first version for it. */
const DKMS_DEPENDENCY = /^Depends: dkms \(>= (3\.0\.11|3\.0\.3-4~|2\.1\.0\.0)\)/m;

/** Our postinst asks DKMS afterwards whether a module is there; that changes nothing. */
function withoutQuestion(effect: string): string {
  return effect.replace(/^dkms: \[status\].*\n/gm, '');
}

async function expectTwins(ours: DebContents, debhelpers: DebContents, scratch: string) {
  expect(ours.listing).toBe(debhelpers.listing);
  expect(ours.dataDigest).toBe(debhelpers.dataDigest);
  const control = (twin: DebContents) =>
    withoutScriptSize(twin).replace(DKMS_DEPENDENCY, 'Depends: dkms');
  expect(control(ours)).toBe(control(debhelpers));
  expect([...ours.scripts.keys()].sort()).toEqual([...debhelpers.scripts.keys()].sort());
  for (const [name, text] of ours.scripts) {
    const other = debhelpers.scripts.get(name) ?? '';
    if (!/^(pre|post)(inst|rm)$/.test(name)) expect(text, name).toBe(other);
    // The scripts' own words differ: debhelper names its tool and version in them.
    else {
      const effect = await scriptEffect(name, text, join(scratch, 'ours'));
      const compared = name === 'postinst' ? effect.map(withoutQuestion) : effect;
      expect(compared, name).toEqual(await scriptEffect(name, other, join(scratch, 'debhelpers')));
    }
  }
}

describe('the same debian/ built by dkms-deb and by debhelper', () => {
  test.each(['hello', 'duo'] as const)('examples/%s', async (name) => {
    const scratch = join(parent, `example-${name}`);
    await mkdir(scratch);
    const source = await exampleDirectory(name, scratch);
    const { ours, debhelpers } = await buildTwins(source, scratch);
    await expectTwins(ours, debhelpers, scratch);
  });

  test.each(DRIVERS)('%s of the archive', async (name) => {
    const scratch = join(parent, name);
    const { sourceTree } = await archivePackage(name, scratch);
    const { ours, debhelpers } = await buildTwins(sourceTree, scratch);
    await expectTwins(ours, debhelpers, scratch);
  });

  test('every debhelper file that dkms-deb implements', async () => {
    const scratch = join(parent, 'everything');
    await mkdir(scratch);
    const source = await exampleDirectory('hello', scratch);
    await mkdir(join(source, 'doc/more'), { recursive: true });
    await writeFile(join(source, 'doc/more/long.txt'), 'long\n'.repeat(2000));
    await writeFile(join(source, 'doc/empty.txt'), '');
    await writeFile(join(source, 'doc/short.txt'), 'short\n');
    await writeFile(join(source, 'doc/tool.sh'), '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(join(source, 'hello.4'), '.TH HELLO 4\n.SH NAME\nhello \\- greets\n');
    await writeFile(join(source, 'hello.de.4'), '.TH HELLO 4\n.SH NAME\nhello \\- grüßt\n');
    const debian = join(scratch, 'debian');
    await mkdir(debian);
    for (const [name, text] of Object.entries(EVERYTHING)) {
      await writeFile(join(debian, name), text);
    }
    const { ours, debhelpers } = await buildTwins(source, scratch, debian);
    const { ours: a, debhelpers: b } = withoutUdevDirectory(ours, debhelpers);
    await expectTwins(a, b, scratch);
    expect(ours.listing).toContain('./usr/lib/udev/rules.d/60-hello-dkms.rules');
  });
});

const EVERYTHING: Readonly<Record<string, string>> = {
  'hello-dkms.docs': 'doc/more\ndoc/empty.txt doc/short.txt\nREADME.md\n',
  'hello-dkms.examples': 'doc/tool.sh\ndoc/more\n',
  'hello-dkms.links':
    'usr/share/doc/hello-dkms usr/share/doc/hello\nusr/src/hello-1.0 etc/hello-source\n',
  'hello-dkms.dirs': 'var/lib/hello\n',
  'hello-dkms.udev': 'SUBSYSTEM=="hello", MODE="0660"\n',
  'hello-dkms.modprobe': 'options hello name=world\n',
  'hello-dkms.manpages': '*.4\n',
  'hello-dkms.lintian-overrides': '# no reason\nhello-dkms: some-tag\n',
  'hello-dkms.maintscript': 'rm_conffile /etc/hello.conf 0.9~ hello-dkms\n',
  'hello-dkms.triggers': 'activate-noawait update-initramfs\n',
  'hello-dkms.postinst':
    '#!/bin/sh\nset -e\necho before >>"$RECORD"\n#DEBHELPER#\necho #PACKAGE# >>"$RECORD"\n',
  'hello-dkms.postrm': '#!/bin/sh\nset -e\n\n#DEBHELPER#\n',
  NEWS: 'hello (1.0) unstable; urgency=medium\n\n  News.\n\n -- Twin Test <twin@example.org>  Sat, 21 Nov 2026 00:00:00 +0000\n',
  'README.Debian': 'Read me.\n',
  TODO: 'Nothing.\n',
};

/** debhelper before 13.12 puts udev rules below /lib, we below /usr/lib as Policy now wants. */
function withoutUdevDirectory(ours: DebContents, debhelpers: DebContents) {
  const lines = (twin: DebContents) =>
    twin.listing
      .split('\n')
      .filter((line) => !/ \.\/(usr\/)?lib\/((udev\/)(rules\.d\/)?)?$/.test(line))
      .map((line) => line.replace('./lib/udev', './usr/lib/udev'))
      .sort()
      .join('\n');
  const plain = (twin: DebContents): DebContents => ({
    ...twin,
    listing: lines(twin),
    dataDigest: '',
    control: twin.control.replace(/^Installed-Size: .*$/m, ''),
    scripts: new Map(
      [...twin.scripts].map(([name, text]) => [
        name,
        name === 'md5sums'
          ? text.replaceAll(' lib/udev', ' usr/lib/udev').split('\n').sort().join('\n')
          : text,
      ]),
    ),
  });
  return { ours: plain(ours), debhelpers: plain(debhelpers) };
}
