import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
import { debPayload } from '../../support/deb-payload.ts';
import { CONTROL, ENV, type Files, INSTALL, tree } from '../../support/gaskx-tree.ts';
import { DKMS_DEB } from '../../support/project.ts';

test('for rules of init with commands of a person, dpkg-buildpackage calls the same dkms-deb', async () => {
  await withTemporaryDirectory('rules', async (scratch) => {
    const rules =
      '#!/usr/bin/make -f\nbuild build-arch build-indep binary-arch:\nbinary binary-indep:\n\tcp src/gaskx.h src/more.h\n\tdkms-deb build --from-rules\nclean:\n\trm -f debian/files\n';
    const files = {
      'debian/control': CONTROL.replace(/Build-Depends:.*/, 'Build-Depends: dkms-deb'),
      'debian/gaskx-dkms.install': INSTALL,
    };
    const source = await tree(join(scratch, 'tree'), rules, files);
    const out = join(scratch, 'out');
    const ours = await run(DKMS_DEB, ['build', '-o', out], {
      cwd: source,
      accept: ANY_STATUS,
    });
    expect(ours.exitStatus, ours.output).toBe(0);
    const payload = await debPayload(join(out, 'gaskx-dkms_1.0_all.deb'));
    expect(Object.keys(payload)).toContain('usr/src/gaskx-1.0/more.h');
  });
});

/** debian/rules as init writes it, with commands of a person before and behind dkms-deb's. */
const edited = (before: string, behind = '', head = '') =>
  `#!/usr/bin/make -f\n${head}build build-arch build-indep binary-arch:\nbinary binary-indep:\n${before}\tdkms-deb build --from-rules\n${behind}clean:\n\trm -f debian/files\n\trm -rf debian/gaskx-dkms\n`;

test.each<[string, string, Files, RegExp | undefined]>([
  [
    'install before it',
    edited('\tinstall -D -m644 src/gaskx.h debian/gaskx-dkms/usr/share/gaskx/gaskx.h\n'),
    {},
    /debian\/rules:4: the command of this line puts files into debian\/gaskx-dkms\//,
  ],
  [
    'cp behind it, by a variable',
    edited('', '\tcp src/gaskx.h $(D)/usr/\n', 'D = $(CURDIR)/debian/gaskx-dkms\n'),
    {},
    /debian\/rules:6: the command of this line puts files into debian\/gaskx-dkms\//,
  ],
  [
    'a script',
    edited('\tsh place.sh\n'),
    {
      'place.sh':
        '#!/bin/sh\nmkdir -p debian/gaskx-dkms/etc\necho x >debian/gaskx-dkms/etc/gaskx\n',
    },
    /a command that debian\/rules runs puts etc\/gaskx into debian\/gaskx-dkms\//,
  ],
  [
    'dh_install before it',
    edited('\tdh_install src/gaskx.h usr/share/gaskx\n'),
    {},
    /a command that debian\/rules runs puts usr\/share\/gaskx\/gaskx\.h into/,
  ],
  [
    'dh_install behind it',
    edited('', '\tdh_install src/gaskx.h usr/share/gaskx\n'),
    {},
    /debian\/rules:5: the command of this line puts/,
  ],
  [
    'what is packed all the same',
    edited('\tsh place.sh\n'),
    {
      'place.sh':
        '#!/bin/sh\nmkdir -p debian/gaskx-dkms/usr/src/gaskx-1.0\ncp src/gaskx.h debian/gaskx-dkms/usr/src/gaskx-1.0/\n',
    },
    undefined,
  ],
  [
    "what an earlier build left, below init's own rules",
    edited('').replace('\trm -rf debian/gaskx-dkms\n', ''),
    { 'debian/gaskx-dkms/usr/share/old': 'x\n' },
    undefined,
  ],
])('rules of init and files for debian/PACKAGE/: %s', async (_, rules, files, message) => {
  await withTemporaryDirectory('rules', async (scratch) => {
    const source = await tree(join(scratch, 'tree'), rules, {
      'debian/control': CONTROL.replace(
        /Build-Depends:.*/,
        'Build-Depends: debhelper-compat (= 13), dkms-deb',
      ),
      'debian/gaskx-dkms.install': INSTALL,
      ...files,
    });
    const programs = join(scratch, 'programs');
    await mkdir(programs);
    await symlink(DKMS_DEB, join(programs, 'dkms-deb'));
    const env = { ...ENV, PATH: `${programs}:${process.env.PATH}` };
    const options = { cwd: source, accept: ANY_STATUS, env };
    const built = await run('dpkg-buildpackage', ['-b', '-d', '-us', '-uc'], options);
    expect(built.output).not.toContain('calls dh_dkms without -V');
    if (message === undefined) expect(built.exitStatus, built.output).toBe(0);
    else {
      expect(built.exitStatus, built.output).not.toBe(0);
      expect(built.output).toMatch(message);
    }
  });
});
