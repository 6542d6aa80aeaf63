import { chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
import { debPayload } from '../../support/deb-payload.ts';
import { PROJECT } from '../../support/project.ts';

const CONF = `PACKAGE_NAME="gaskx"
PACKAGE_VERSION="#MODULE_VERSION#"
BUILT_MODULE_NAME[0]="gaskx"
DEST_MODULE_LOCATION[0]="/updates"
AUTOINSTALL="yes"
`;
const CONTROL = `Source: gaskx
Section: misc
Priority: optional
Maintainer: Test Person <test@example.org>
Build-Depends: debhelper-compat (= 13), dh-sequence-dkms
Standards-Version: 4.6.2

Package: gaskx-dkms
Architecture: all
Depends: \${misc:Depends}
Description: Example driver
 Long text.
`;
const CHANGELOG = `gaskx (1.0) unstable; urgency=medium

  * New.

 -- Test Person <test@example.org>  Mon, 30 Jan 2023 10:00:00 +0000
`;
const HEAD = `#!/usr/bin/make -f
include /usr/share/dpkg/pkg-info.mk
`;
const DH = '%:\n\tdh $@\n';
const DKMS = 'override_dh_dkms:\n\tdh_dkms -V $(DEB_VERSION_UPSTREAM)\n';
const AUTO =
  'override_dh_auto_configure override_dh_auto_build override_dh_auto_test override_dh_auto_install override_dh_auto_clean:\n';
const INSTALL = 'src/* usr/src/gaskx-1.0/\n';

type Files = Readonly<Record<string, string>>;

/** A driver with its source in src/ and debian/ by hand. */
async function tree(directory: string, rules: string, files: Files = {}): Promise<string> {
  const all: Files = {
    'src/gaskx.c': '/* no license needed here */\n',
    'src/gaskx.h': '/* header */\n',
    'src/Makefile': 'obj-m := gaskx.o\n',
    'debian/source/format': '3.0 (native)\n',
    'debian/control': CONTROL,
    'debian/changelog': CHANGELOG,
    'debian/gaskx-dkms.dkms': CONF,
    'debian/rules': rules,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, path === 'debian/rules' || text.startsWith('#!') ? 0o755 : 0o644);
  }
  return directory;
}

const ENV = { SOURCE_DATE_EPOCH: '1675072800' };

/** `dkms-deb build` and `dpkg-buildpackage -b`, each on a copy; what `build` said and both packages. */
async function both(scratch: string, source: string, args: readonly string[] = []) {
  const theirs = join(scratch, 'theirs/tree');
  await cp(source, theirs, { recursive: true });
  const built = await run('dpkg-buildpackage', ['-b', '-us', '-uc'], {
    cwd: theirs,
    accept: ANY_STATUS,
    env: ENV,
  });
  const out = join(scratch, 'out');
  const ours = await run(join(PROJECT, 'bin/dkms-deb'), ['build', '-o', out, ...args], {
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

test.each(HANDED)('%s: dpkg-buildpackage builds it, and build says so', async (_, rules, files) => {
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
});

test('several packages, one for every architecture: -F makes all of the upload', async () => {
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

    const dry = await run(
      join(PROJECT, 'bin/dkms-deb'),
      ['build', '-F', '--dry-run', '-o', join(scratch, 'dry')],
      { cwd: source },
    );
    const expected = dry.stdout.split('\n').filter(Boolean);
    expect(expected.map((path) => path.split('/').at(-1)).sort()).toEqual(names);
  });
});

test('what is not installed is named, and what fails is told in its own words', async () => {
  await withTemporaryDirectory('rules', async (scratch) => {
    const rules = `${HEAD}${DH}${AUTO}override_dh_install:\n\techo THE-REASON; exit 3\n`;
    const source = await tree(join(scratch, 'tree'), rules, {});
    const build = () =>
      run(join(PROJECT, 'bin/dkms-deb'), ['build', '-o', join(scratch, 'out')], {
        cwd: source,
        accept: ANY_STATUS,
      });
    const failed = await build();
    expect(failed.exitStatus).toBe(1);
    expect(failed.output).toContain('THE-REASON');
    expect(failed.output).toContain(`${source}/debian/rules: dpkg-buildpackage cannot build`);
    expect(failed.output).not.toContain('dkms-deb-build-');
    const control = CONTROL.replace('dh-sequence-dkms', 'dh-sequence-dkms, no-such-package (>= 2)');
    await writeFile(join(source, 'debian/control'), control);
    const missing = await build();
    expect(missing.exitStatus).toBe(1);
    expect(missing.output).toContain('apt install no-such-package');
  });
});

test('rules of init with commands of a person: dpkg-buildpackage calls this very dkms-deb', async () => {
  await withTemporaryDirectory('rules', async (scratch) => {
    const rules =
      '#!/usr/bin/make -f\nbuild build-arch build-indep binary-arch:\nbinary binary-indep:\n\tcp src/gaskx.h src/more.h\n\tdkms-deb build --from-rules\nclean:\n\trm -f debian/files\n';
    const files = {
      'debian/control': CONTROL.replace(/Build-Depends:.*/, 'Build-Depends: dkms-deb'),
      'debian/gaskx-dkms.install': INSTALL,
    };
    const source = await tree(join(scratch, 'tree'), rules, files);
    const out = join(scratch, 'out');
    const ours = await run(join(PROJECT, 'bin/dkms-deb'), ['build', '-o', out], {
      cwd: source,
      accept: ANY_STATUS,
    });
    expect(ours.exitStatus, ours.output).toBe(0);
    const payload = await debPayload(join(out, 'gaskx-dkms_1.0_all.deb'));
    expect(Object.keys(payload)).toContain('usr/src/gaskx-1.0/more.h');
  });
});

/** `build` of a tree in git, as `git clone` leaves it: the submodule is an empty directory. */
async function buildClone(scratch: string, files: Files, submodule: string, rules: string) {
  const git = (directory: string, ...args: string[]) =>
    run('git', ['-C', directory, '-c', 'protocol.file.allow=always', ...args]);
  const commit = async (directory: string) => {
    await git(directory, 'add', '-A');
    await git(directory, '-c', 'user.name=T', '-c', 'user.email=t@e.org', 'commit', '-qm', 'x');
  };
  const inner = join(scratch, 'inner');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(inner, name)), { recursive: true });
    await writeFile(join(inner, name), text);
  }
  await run('git', ['init', '-q', inner]);
  await commit(inner);
  const origin = await tree(join(scratch, 'origin'), rules, {
    'src/gaskx.c': '#include "hdr/x.h"\n',
  });
  if (submodule === 'src') await rm(join(origin, 'src'), { recursive: true });
  await run('git', ['init', '-q', origin]);
  await git(origin, 'submodule', '--quiet', 'add', inner, submodule);
  await commit(origin);
  const clone = join(scratch, 'clone');
  await run('git', ['clone', '-q', origin, clone]);
  return clone;
}

const BY_RULES = `${HEAD}${DH}${DKMS}${AUTO}override_dh_install:\n\tdh_install src/* usr/src/gaskx-1.0/\n`;

test.each<[string, Files, string, string, boolean, RegExp]>([
  [
    'that debian/rules installs',
    { 'gaskx.c': '', Makefile: 'obj-m := gaskx.o\n' },
    'src',
    BY_RULES,
    false,
    /debian\/rules: dpkg-buildpackage cannot build the package/,
  ],
  [
    'that a list installs',
    { 'gaskx.c': '', Makefile: 'obj-m := gaskx.o\n' },
    'src',
    HEAD + DH + DKMS + AUTO,
    true,
    /gaskx-dkms\.install:1: "src\/\*" matches no file/,
  ],
  [
    'below what debian/rules installs',
    { 'x.h': '#define X 1\n' },
    'src/hdr',
    BY_RULES,
    false,
    /which DKMS cannot use: .*it has no hdr\/x\.h, which gaskx\.c:1 includes/,
  ],
])('an empty submodule %s is named', async (_, files, submodule, rules, listed, message) => {
  await withTemporaryDirectory('rules', async (scratch) => {
    const clone = await buildClone(scratch, files, submodule, rules);
    if (listed) await writeFile(join(clone, 'debian/gaskx-dkms.install'), INSTALL);
    const out = join(scratch, 'out');
    const options = { cwd: clone, accept: ANY_STATUS, env: ENV };
    const built = await run(join(PROJECT, 'bin/dkms-deb'), ['build', '-o', out], options);
    expect(built.exitStatus, built.output).toBe(1);
    expect(built.stderr).toMatch(message);
    const hint = `Run git submodule update --init --recursive, then build again: the submodule is empty: ${submodule}.`;
    expect(built.stderr).toContain(hint);
    expect(await readdir(out).catch(() => [])).toEqual([]);
  });
});

test.each<[string, string, Files, RegExp]>([
  [
    'a version that nobody fills in',
    HEAD + DH + AUTO,
    { 'debian/gaskx-dkms.install': INSTALL },
    /usr\/src\/gaskx-#MODULE_VERSION#\/dkms\.conf: .*is a placeholder/,
  ],
  [
    'such a version, and a command that only a shell can tell',
    HEAD + DH + AUTO,
    {
      'debian/gaskx-dkms.dkms': `${CONF}MAKE="make KDIR=$kernel_source_dir"\n`,
      'debian/gaskx-dkms.install': INSTALL,
    },
    /usr\/src\/gaskx-#MODULE_VERSION#\/dkms\.conf: .*is a placeholder/,
  ],
  [
    'a makefile that is left out',
    `${HEAD}${DH}${DKMS}${AUTO}override_dh_install:\n\tdh_install src/gaskx.c usr/src/gaskx-1.0/\n`,
    {},
    /it has no Makefile/,
  ],
  [
    'a dkms.conf that no step installs',
    `${HEAD}${DH}${AUTO}override_dh_install:\n\tdh_install src/* usr/src/gaskx-1.0/\n`,
    { 'debian/control': CONTROL.replace(', dh-sequence-dkms', '') },
    /neither modules in \/lib\/modules nor source for DKMS/,
  ],
])(
  '%s: what dpkg-buildpackage made is looked at before build says 0',
  async (_, rules, files, told) => {
    await withTemporaryDirectory('rules', async (scratch) => {
      const handed = { 'debian/gaskx-dkms.cron.d': '# none\n', ...files };
      const source = await tree(join(scratch, 'tree'), rules, handed);
      const out = join(scratch, 'out');
      const options = { cwd: source, accept: ANY_STATUS, env: ENV };
      const built = await run(join(PROJECT, 'bin/dkms-deb'), ['build', '-o', out], options);
      expect(built.exitStatus, built.output).toBe(1);
      expect(built.stderr).toMatch(told);
      expect(await readdir(out).catch(() => [])).toEqual([]);
    });
  },
);

/** debian/rules as init writes it, with commands of a person before and behind dkms-deb's. */
const edited = (before: string, behind = '', head = '') =>
  `#!/usr/bin/make -f\n${head}build build-arch build-indep binary-arch:\nbinary binary-indep:\n${before}\tdkms-deb build --from-rules\n${behind}clean:\n\trm -f debian/files\n\trm -rf debian/gaskx-dkms\n`;

test.each<[string, string, Files, RegExp | undefined]>([
  [
    'install before it',
    edited('\tinstall -D -m644 src/gaskx.h debian/gaskx-dkms/usr/share/gaskx/gaskx.h\n'),
    {},
    /debian\/rules:4: this command puts files into debian\/gaskx-dkms\//,
  ],
  [
    'cp behind it, by a variable',
    edited('', '\tcp src/gaskx.h $(D)/usr/\n', 'D = $(CURDIR)/debian/gaskx-dkms\n'),
    {},
    /debian\/rules:6: this command puts files into debian\/gaskx-dkms\//,
  ],
  [
    'a script',
    edited('\tsh place.sh\n'),
    {
      'place.sh':
        '#!/bin/sh\nmkdir -p debian/gaskx-dkms/etc\necho x >debian/gaskx-dkms/etc/gaskx\n',
    },
    /another command puts etc\/gaskx into debian\/gaskx-dkms\//,
  ],
  [
    'dh_install before it',
    edited('\tdh_install src/gaskx.h usr/share/gaskx\n'),
    {},
    /another command puts usr\/share\/gaskx\/gaskx\.h into/,
  ],
  [
    'dh_install behind it',
    edited('', '\tdh_install src/gaskx.h usr/share/gaskx\n'),
    {},
    /debian\/rules:5: this command puts/,
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
    await symlink(join(PROJECT, 'bin/dkms-deb'), join(programs, 'dkms-deb'));
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
