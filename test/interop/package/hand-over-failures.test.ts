import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
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
import { DKMS_DEB } from '../../support/project.ts';

test('a missing program is named, and a program that fails is reported with its own messages', async () => {
  await withTemporaryDirectory('rules', async (scratch) => {
    const rules = `${HEAD}${DH}${AUTO}override_dh_install:\n\techo THE-REASON; exit 3\n`;
    const source = await tree(join(scratch, 'tree'), rules, {});
    const build = () =>
      run(DKMS_DEB, ['build', '-o', join(scratch, 'out')], {
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
    /which DKMS cannot use: .*gaskx\.c:1 includes hdr\/x\.h, which is missing/,
  ],
])('an empty submodule %s is named', async (_, files, submodule, rules, listed, message) => {
  await withTemporaryDirectory('rules', async (scratch) => {
    const clone = await buildClone(scratch, files, submodule, rules);
    if (listed) await writeFile(join(clone, 'debian/gaskx-dkms.install'), INSTALL);
    const out = join(scratch, 'out');
    const options = { cwd: clone, accept: ANY_STATUS, env: ENV };
    const built = await run(DKMS_DEB, ['build', '-o', out], options);
    expect(built.exitStatus, built.output).toBe(1);
    expect(built.stderr).toMatch(message);
    const hint = `Run git submodule update --init --recursive, then build again. The submodule is empty: ${submodule}.`;
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
    /Makefile is missing/,
  ],
  [
    'a dkms.conf that no step installs',
    `${HEAD}${DH}${AUTO}override_dh_install:\n\tdh_install src/* usr/src/gaskx-1.0/\n`,
    { 'debian/control': CONTROL.replace(', dh-sequence-dkms', '') },
    /neither modules in \/lib\/modules nor module source/,
  ],
])(
  '%s: what dpkg-buildpackage made is looked at before build says 0',
  async (_, rules, files, told) => {
    await withTemporaryDirectory('rules', async (scratch) => {
      const handed = { 'debian/gaskx-dkms.cron.d': '# none\n', ...files };
      const source = await tree(join(scratch, 'tree'), rules, handed);
      const out = join(scratch, 'out');
      const options = { cwd: source, accept: ANY_STATUS, env: ENV };
      const built = await run(DKMS_DEB, ['build', '-o', out], options);
      expect(built.exitStatus, built.output).toBe(1);
      expect(built.stderr).toMatch(told);
      expect(await readdir(out).catch(() => [])).toEqual([]);
    });
  },
);
