import { expect, test } from 'vitest';
import { checkControlFile } from '../../src/archive/control/check-control-file.ts';
import { parseChangelog } from '../../src/debian/changelog.ts';
import { parseDeb822 } from '../../src/debian/deb822.ts';
import {
  type BinaryControl,
  binaryControl,
  type ControlSource,
  refuseOtherPackages,
} from '../../src/package/binary-control.ts';

const CHANGELOG =
  'drv (1.0-1) unstable; urgency=medium\n\n  * X.\n\n -- A <a@e.org>  Thu, 26 Nov 2026 00:00:00 +0000\n';

/** The control file of a package with these lines in the binary stanza. */
function control(lines: string, profiles: string[] = [], sourceLines = ''): BinaryControl {
  const facts = { installedSize: 1, architecture: 'all', variables: new Map(), profiles };
  return binaryControl(packaging(`Architecture: all\n${lines}`, sourceLines), facts);
}

function packaging(lines: string, sourceLines = ''): ControlSource {
  const text = `Source: drv\nMaintainer: A <a@e.org>\n${sourceLines}\nPackage: drv-dkms\n${lines}Description: d\n`;
  const [source, binary] = parseDeb822(text, 'control').paragraphs;
  const [latest] = parseChangelog(CHANGELOG, 'changelog');
  if (!source || !binary || !latest) throw new Error('no stanzas');
  return { directory: 'debian', source, binary, packageName: 'drv-dkms', latest };
}

test.each([
  ['Architecture: all\nPackage-Type: udeb\n', 'package-type'],
  ['Architecture: any\n', 'architecture'],
  ['', 'architecture'],
])('a package that is not an Architecture: all .deb is refused: %j', async (lines, code) => {
  await expect(refuseOtherPackages(packaging(lines))).rejects.toMatchObject({ code });
  await refuseOtherPackages(packaging('Architecture: all\n'));
});

test('a profile restriction is decided, and dpkg reads what is left (case 38)', () => {
  const suggests = 'Suggests: foo <!nofirm>, bar <stage1> | baz\n';
  expect(control(suggests).text).toContain('Suggests: foo, baz\n');
  expect(control(suggests, ['nofirm', 'stage1']).text).toContain('Suggests: bar | baz\n');
  expect(control('Suggests: foo <stage1>\n').text).not.toContain('Suggests');
  checkControlFile(Buffer.from(control(suggests).text));
});

test.each([
  ['Depends: linux-headers-amd64 (>= 6.16) [amd64] | linux-headers-generic\n', 'arch-restriction'],
  ['Recommends: firmware-x [linux-any]\n', 'arch-restriction'],
  ['Conflicts: old-drv [!arm64]\n', 'arch-restriction'],
  ['Provides: drv-modules [amd64]\n', 'arch-restriction'],
  ['Provides: drv-modules (>= 1)\n', 'relation'],
  ['Provides: a | b\n', 'relation'],
  ['Depends: make:native\n', 'relation'],
])('what dpkg would refuse is refused, with its place: %j (case 38)', (lines, code) => {
  expect(() => control(lines)).toThrow(
    expect.objectContaining({ code, where: { file: 'control', line: 6 } }),
  );
});

test('fields of one’s own go where their X says, known ones in dpkg-gencontrol’s order', () => {
  const { text, unknownFields } = control(
    'XB-Python-Version: 3\nXS-Other: x\nXBS-both: y\nTag: role::x\nEssential: yes\nWrong: z\nMaintainer: B <b@e.org>\n',
    [],
    'XSB-From-Source: s\nXC-Changes: c\n',
  );
  expect(text).toBe(
    'Package: drv-dkms\nSource: drv\nVersion: 1.0-1\nArchitecture: all\nEssential: yes\nMaintainer: A <a@e.org>\nInstalled-Size: 1\nDescription: d\nTag: role::x\nBoth: y\nFrom-Source: s\nPython-Version: 3\n',
  );
  expect(unknownFields).toEqual(['Wrong', 'Maintainer']);
});

test('the package itself fulfils its relations, stronger fields the weaker ones', () => {
  const { text } = control(
    'Provides: drv-modules (= 1.0), drv-modules\nDepends: drv-modules, b (>= 2)\nRecommends: b, c\nSuggests: c (>= 1)\n',
  );
  expect(text).toContain(
    'Depends: b (>= 2)\nRecommends: c\nSuggests: c (>= 1)\nProvides: drv-modules\n',
  );
});
