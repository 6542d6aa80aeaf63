import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluateConf, scalar } from '../../../src/dkms/conf/evaluate.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { readSource } from '../../../src/pipelines/driver-source/read-source.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
import { debPayload } from '../../support/deb-payload.ts';
import { ONLY_DEBS } from '../../support/only-debs.ts';
import { DKMS_DEB } from '../../support/project.ts';

type Files = Readonly<Record<string, string>>;

const conf = (version: string, more = '') =>
  `PACKAGE_NAME="toy"\nPACKAGE_VERSION="${version}"\nBUILT_MODULE_NAME[0]="toy"\nDEST_MODULE_LOCATION[0]="/extra"\nAUTOINSTALL="yes"\n${more}`;
const control = (needs: string) =>
  `Source: toy\nSection: kernel\nPriority: optional\nMaintainer: E M <e@example.org>\nBuild-Depends: ${needs}\nStandards-Version: 4.6.0\n\nPackage: toy-dkms\nArchitecture: all\nDepends: \${misc:Depends}\nDescription: toy\n Toy.\n`;
const RULES = '#!/usr/bin/make -f\n%:\n\tdh $@\noverride_dh_auto_build override_dh_auto_install:\n';
const TREE: Files = {
  'src/toy.c': '#include <linux/module.h>\nMODULE_LICENSE("GPL");\n',
  'src/Makefile': 'obj-m := toy.o\n',
  'debian/source/format': '3.0 (native)\n',
  'debian/control': control('debhelper-compat (= 13), dh-sequence-dkms'),
  'debian/changelog':
    'toy (1.0) unstable; urgency=medium\n\n  * Initial.\n\n -- E M <e@example.org>  Thu, 09 Nov 2023 11:50:33 +0000\n',
  'debian/rules': RULES,
};

async function inTree<T>(
  files: Files,
  work: (tree: string, parent: string) => Promise<T>,
): Promise<T> {
  return withTemporaryDirectory('packaged', async (parent) => {
    const tree = join(parent, 'tree');
    for (const [path, text] of Object.entries({ ...TREE, ...files })) {
      const file = join(tree, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      await chmod(file, path === 'debian/rules' ? 0o755 : 0o644);
    }
    return work(tree, parent);
  });
}

/** What bmdeb and info compile. */
async function understood(tree: string, parent: string) {
  const scratch = join(parent, 'scratch');
  await mkdir(scratch);
  const notes: string[] = [];
  const note = (message: string) => void notes.push(message);
  const source = await readSource(tree, {
    scratch,
    reporter: { ...silentReporter, note, warn: note },
  });
  const evaluated = await evaluateConf(source.confFile, { kernel: referenceKernel() });
  return {
    conf: source.conf,
    version: scalar(evaluated, 'PACKAGE_VERSION'),
    make: scalar(evaluated, 'MAKE'),
    files: source.entries.flatMap(({ type, path }) => (type === 'directory' ? [] : [path])),
    notes,
  };
}

test('bug: debian/rules installs a folder with debian/dkms, and the dkms.conf of the root was read', async () => {
  const files = {
    'dkms.conf': conf('$VERSION', 'BUILT_MODULE_LOCATION[0]="src"\nMAKE[0]="make -C src"\n'),
    'debian/dkms': conf('#MODULE_VERSION#', 'MAKE[0]="make -C $kernel_source_dir"\n'),
    'debian/control': control('debhelper (>= 11), dkms'),
    'debian/compat': '11\n',
    'debian/rules':
      '#!/usr/bin/make -f\ninclude /usr/share/dpkg/pkg-info.mk\n%:\n\tdh $@ --with dkms\noverride_dh_install:\n\tdh_install src/* usr/src/toy-$(DEB_VERSION_UPSTREAM)/\noverride_dh_dkms:\n\tdh_dkms -V $(DEB_VERSION_UPSTREAM)\noverride_dh_auto_build:\noverride_dh_auto_install:\noverride_dh_auto_clean:\n',
  };
  await inTree(files, async (tree, parent) => {
    const found = await understood(tree, parent);
    expect(found).toMatchObject({ conf: 'usr/src/toy-1.0/dkms.conf', version: '1.0' });
    expect(found.files).toEqual(['Makefile', 'dkms.conf', 'toy.c']);
    expect(found.make).not.toContain('src');
  });
});

test.each<[string, Files, boolean]>([
  [
    'a list, and dh_dkms has no .dkms',
    { 'debian/toy-dkms.install': 'src/* dkms.conf usr/src/toy-1.0/\n' },
    true,
  ],
  [
    'a list, and nothing calls dh_dkms',
    {
      'debian/install': 'dkms.conf usr/src/toy-1.0/\nsrc/* usr/src/toy-1.0/\n',
      'debian/control': control('debhelper-compat (= 13)'),
    },
    true,
  ],
  [
    'a list, and there is a .dkms that nothing reads',
    {
      'debian/install': 'src/* dkms.conf usr/src/toy-1.0/\n',
      'debian/control': control('debhelper-compat (= 13)'),
      'debian/toy-dkms.dkms': conf('3.0'),
    },
    true,
  ],
  [
    'a folder that has it',
    {
      'debian/install': 'src/* usr/src/toy-1.0/\n',
      'src/dkms.conf': conf('1.0'),
      'dkms.conf': conf('9.9'),
    },
    true,
  ],
  [
    'debian/rules',
    {
      'debian/rules': `${RULES}override_dh_install:\n\tdh_install src/* dkms.conf usr/src/toy-1.0/\n`,
    },
    false,
  ],
])(
  'dkms.conf is brought by %s: it is read there, and build tells that no script calls dkms',
  async (_, files, listed) => {
    await inTree({ 'dkms.conf': conf('1.0'), ...files }, async (tree, parent) => {
      const theirs = join(parent, 'theirs/tree');
      await cp(tree, theirs, { recursive: true });
      await run('dpkg-buildpackage', ONLY_DEBS, { cwd: theirs });
      const out = join(parent, 'out');
      const built = await run(DKMS_DEB, ['build', '-o', out], {
        cwd: tree,
        accept: ANY_STATUS,
      });
      expect(built.exitStatus, built.output).toBe(0);
      expect(built.stderr).toMatch(
        /postinst does not call dkms, so no module will be built: dh_dkms is not called/,
      );
      const deb = 'toy-dkms_1.0_all.deb';
      expect(await debPayload(join(out, deb))).toEqual(
        await debPayload(join(parent, 'theirs', deb)),
      );

      const found = await understood(tree, parent);
      expect(found.version).toBe('1.0');
      expect(found.files).toEqual(['Makefile', 'dkms.conf', 'toy.c']);
      const conf = files['src/dkms.conf'] === undefined ? 'dkms.conf' : 'src/dkms.conf';
      expect(found.conf).toBe(listed ? conf : 'usr/src/toy-1.0/dkms.conf');
    });
  },
);
