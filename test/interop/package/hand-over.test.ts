import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
import { debPayload } from '../../support/deb-payload.ts';
import {
  AUTO,
  CONF,
  CONTROL,
  DH,
  DKMS,
  ENV,
  type Files,
  HEAD,
  INSTALL,
  tree,
} from '../../support/gaskx-tree.ts';
import { ONLY_DEBS } from '../../support/only-debs.ts';
import { DKMS_DEB } from '../../support/project.ts';

/** `dkms-deb build` and dpkg-buildpackage, each on a copy; what `build` said and both packages. */
async function both(scratch: string, source: string, args: readonly string[] = []) {
  const theirs = join(scratch, 'theirs/tree');
  await cp(source, theirs, { recursive: true });
  const built = await run('dpkg-buildpackage', ONLY_DEBS, {
    cwd: theirs,
    accept: ANY_STATUS,
    env: ENV,
  });
  const out = join(scratch, 'out');
  const ours = await run(DKMS_DEB, ['build', '-o', out, ...args], {
    cwd: source,
    accept: ANY_STATUS,
    env: ENV,
  });
  const debs = async (place: string) =>
    (await readdir(place)).filter((name) => name.endsWith('.deb')).sort();
  return { built, ours, out, theirs: join(scratch, 'theirs'), debs };
}

const KNOWN: readonly (readonly [string, string, Files])[] = [
  ['a list', HEAD + DH + DKMS + AUTO, { 'debian/gaskx-dkms.install': INSTALL }],
  [
    'overrides by true and :',
    `${HEAD}${DH}${DKMS}override_dh_auto_build:\n\t:\noverride_dh_auto_install:\n\t@true\n`,
    { 'debian/install': INSTALL },
  ],
  [
    'a list with an environment variable',
    `${HEAD}export DEB_VERSION_UPSTREAM\n${DH}${DKMS}${AUTO}`,
    { 'debian/gaskx-dkms.install': `src/* usr/src/gaskx-${'$'}{env:DEB_VERSION_UPSTREAM}/\n` },
  ],
  [
    'what dh_clean takes away',
    HEAD + DH + DKMS + AUTO,
    {
      'debian/gaskx-dkms.install': 'src usr/src/gaskx-1.0/\nsrc/* usr/src/gaskx-1.0/\n',
      'src/gaskx.c.orig': 'x\n',
      'src/Makefile~': 'x\n',
      'src/sub/.gaskx.h.rej': 'x\n',
    },
  ],
];

const HANDED: readonly (readonly [string, string, Files])[] = [
  [
    'dh_install with arguments',
    `${HEAD}${DH}${DKMS}${AUTO}override_dh_install:\n\tdh_install src/* usr/src/gaskx-$(DEB_VERSION_UPSTREAM)/\n`,
    {},
  ],
  [
    'cp in override_dh_auto_install',
    `${HEAD}${DH}${DKMS}override_dh_auto_install:\n\tinstall -d debian/gaskx-dkms/usr/src/gaskx-1.0\n\tcp -a src/. debian/gaskx-dkms/usr/src/gaskx-1.0/\n`,
    {},
  ],
  [
    'commands behind dh_install',
    `${HEAD}${DH}${DKMS}${AUTO}execute_after_dh_install:\n\tdh_install src/* usr/src/gaskx-1.0/\n`,
    {},
  ],
  [
    'a list and one file more',
    `${HEAD}${DH}${DKMS}${AUTO}override_dh_install:\n\tdh_install\n\tdh_install src/gaskx.c usr/src/gaskx-1.0/\n`,
    { 'debian/gaskx-dkms.install': 'src/Makefile usr/src/gaskx-1.0/\n' },
  ],
  [
    'dh_install -X',
    `${HEAD}${DH}${DKMS}${AUTO}override_dh_install:\n\tdh_install -Xgaskx.h\n`,
    { 'debian/gaskx-dkms.install': INSTALL },
  ],
  [
    'dh_installdirs and cp',
    `${HEAD}${DH}${DKMS}${AUTO}override_dh_installdirs:\n\tdh_installdirs usr/src/gaskx-1.0\n\tcp src/* debian/gaskx-dkms/usr/src/gaskx-1.0/\n`,
    {},
  ],
  [
    'sed of dkms.conf',
    `${HEAD}${DH}${DKMS}${AUTO}execute_before_dh_dkms:\n\tsed -i 's/updates/extra/' debian/gaskx-dkms.dkms\n`,
    { 'debian/gaskx-dkms.install': INSTALL },
  ],
  [
    'a variable in the target',
    `${HEAD}STEP = install\n${DH}${DKMS}${AUTO}override_dh_$(STEP):\n\tdh_install src/* usr/src/gaskx-1.0/\n`,
    {},
  ],
  [
    'dh --sourcedirectory',
    `${HEAD}%:\n\tdh $@ --sourcedirectory=src\n${DKMS}${AUTO}`,
    { 'debian/gaskx-dkms.install': INSTALL },
  ],
  [
    'targets without dh',
    `#!/usr/bin/make -f\nbuild build-arch build-indep binary-arch:\nclean:\n\tdh_clean\nbinary: binary-indep\nbinary-indep:\n\tdh_prep\n\tdh_install src/* usr/src/gaskx-1.0\n\tdh_dkms -V 1.0\n\tdh_gencontrol\n\tdh_md5sums\n\tdh_builddeb\n`,
    {},
  ],
  [
    'dh_dkms -- FILE',
    `${HEAD}${DH}${AUTO}override_dh_dkms:\n\tdh_dkms -V1.0 -- debian/foo\n`,
    { 'debian/foo': CONF, 'debian/gaskx-dkms.dkms': CONF, 'debian/gaskx-dkms.install': INSTALL },
  ],
  [
    'variables that debhelper reads',
    `${HEAD}export DH_ALWAYS_EXCLUDE=gaskx.h\n${DH}${DKMS}${AUTO}`,
    { 'debian/gaskx-dkms.install': INSTALL },
  ],
  [
    "the tree's own make install",
    `${HEAD}${DH}${DKMS}`,
    {
      Makefile:
        'all:\ninstall:\n\tinstall -d $(DESTDIR)/usr/src/gaskx-1.0\n\tcp src/* $(DESTDIR)/usr/src/gaskx-1.0\n',
    },
  ],
  [
    'an executable list',
    HEAD + DH + DKMS + AUTO,
    { 'debian/gaskx-dkms.install': '#!/bin/sh\necho "src/* usr/src/gaskx-1.0/"\n' },
  ],
  [
    'another compatibility level',
    HEAD + DH + DKMS + AUTO,
    {
      'debian/control': CONTROL.replace('(= 13)', '(= 12)'),
      'debian/gaskx-dkms.install': INSTALL,
    },
  ],
  [
    'a file of debhelper that is not known here',
    HEAD + DH + DKMS + AUTO,
    { 'debian/gaskx-dkms.install': INSTALL, 'debian/gaskx-dkms.cron.d': '# none\n' },
  ],
  [
    'a unit that dh_installsystemd enables',
    HEAD + DH + DKMS + AUTO,
    {
      'debian/gaskx-dkms.install': `${INSTALL}extra/gaskx.service lib/systemd/system/\n`,
      'extra/gaskx.service':
        '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n',
    },
  ],
  [
    'config.guess, which dh replaces',
    HEAD + DH + DKMS + AUTO,
    { 'debian/gaskx-dkms.install': INSTALL, 'src/config.guess': '#!/bin/sh\n' },
  ],
];

test.each(KNOWN)(
  '%s: built here, the payload is that of dpkg-buildpackage',
  async (_, rules, files) => {
    await withTemporaryDirectory('rules', async (scratch) => {
      const { built, ours, out, theirs, debs } = await both(
        scratch,
        await tree(join(scratch, 'tree'), rules, files),
      );
      expect(ours.output).not.toContain('dpkg-buildpackage builds');
      expect([built.exitStatus, ours.exitStatus], ours.output).toEqual([0, 0]);
      expect(await debs(out)).toEqual(['gaskx-dkms_1.0_all.deb']);
      const [deb = ''] = await debs(out);
      const payload = await debPayload(join(out, deb));
      expect(payload).toEqual(await debPayload(join(theirs, deb)));
      expect(Object.keys(payload)).toContain('usr/src/gaskx-1.0/gaskx.c');
    });
  },
);

test.each(HANDED)(
  'for %s, dpkg-buildpackage builds the package, and build says so',
  async (_, rules, files) => {
    await withTemporaryDirectory('rules', async (scratch) => {
      const source = await tree(join(scratch, 'tree'), rules, files);
      const { built, ours, out, theirs, debs } = await both(scratch, source);
      expect(built.exitStatus, built.output).toBe(0);
      expect(ours.exitStatus, ours.output).toBe(0);
      expect(ours.stderr).toMatch(/^debian\/\S+: .*dpkg-buildpackage builds the package\.$/m);
      const [deb = '', ...more] = await debs(out);
      expect(more).toEqual([]);
      const payload = await debPayload(join(out, deb));
      expect(payload).toEqual(await debPayload(join(theirs, deb)));
      expect(Object.keys(payload)).toContain('usr/src/gaskx-1.0/gaskx.c');
      // The tree is only read.
      expect(await readdir(join(source, 'debian'))).not.toContain('.debhelper');
      expect(ours.stdout.split('\n').filter(Boolean)).toHaveLength(3);
    });
  },
);

test('-F makes the whole upload of several packages, one of them for every architecture', async () => {
  await withTemporaryDirectory('rules', async (scratch) => {
    const control = `${CONTROL}
Package: gaskx-utils
Architecture: any
Depends: \${misc:Depends}
Description: Tools
 Long text.
`;
    const files = {
      'debian/control': control,
      'debian/gaskx-dkms.install': INSTALL,
      'debian/gaskx-utils.install': 'src/gaskx.h usr/share/gaskx/\n',
    };
    const source = await tree(join(scratch, 'tree'), HEAD + DH + DKMS + AUTO, files);
    const { ours, out, theirs, debs } = await both(scratch, source, ['-F']);
    expect(ours.exitStatus, ours.output).toBe(0);
    expect(await debs(out)).toEqual(await debs(theirs));
    for (const deb of await debs(out)) {
      expect(await debPayload(join(out, deb))).toEqual(await debPayload(join(theirs, deb)));
    }
    const names = (await readdir(out)).sort();
    const changes = names.find((name) => name.endsWith('.changes')) ?? '';
    const listed = await readFile(join(out, changes), 'utf8');
    for (const name of names.filter((other) => other !== changes)) expect(listed).toContain(name);
    expect(names).toContain('gaskx_1.0.dsc');

    const dry = await run(DKMS_DEB, ['build', '-F', '--dry-run', '-o', join(scratch, 'dry')], {
      cwd: source,
    });
    const expected = dry.stdout.split('\n').filter(Boolean);
    expect(expected.map((path) => path.split('/').at(-1)).sort()).toEqual(names);
  });
});
