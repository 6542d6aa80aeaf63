import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { applyPlan } from '../../src/debianize/apply.ts';
import { planDebian } from '../../src/debianize/plan.ts';
import { evaluateConf, scalar } from '../../src/dkms/conf/evaluate.ts';
import type { Choices } from '../../src/driver/conf/init-memory.ts';
import { readDriver } from '../../src/driver/read-driver.ts';
import { referenceKernel } from '../../src/kernel/reference-kernel.ts';
import { readSource } from '../../src/pipelines/driver-source/read-source.ts';
import { silentReporter } from '../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';

export type Files = Readonly<Record<string, string>>;

export const conf = (name: string, version: string, more = '') =>
  `PACKAGE_NAME="${name}"\nPACKAGE_VERSION="${version}"\nBUILT_MODULE_NAME[0]="${name}"\nDEST_MODULE_LOCATION[0]="/updates"\nAUTOINSTALL="yes"\n${more}`;
export const CODE = '// SPDX-License-Identifier: GPL-2.0\nMODULE_LICENSE("GPL");\n';
export const CONTROL = `Source: foo
Maintainer: A B <a@b.org>
Build-Depends: debhelper-compat (= 13), dh-sequence-dkms

Package: foo-dkms
Architecture: all
Depends: \${misc:Depends}
Description: greets
 Long.
`;
export const CHANGELOG =
  'foo (1.0) unstable; urgency=medium\n\n  * First.\n\n -- A B <a@b.org>  Sat, 21 Nov 2026 00:00:00 +0000\n';
const RULES =
  '#!/usr/bin/make -f\n%:\n\tdh $@\noverride_dh_auto_configure override_dh_auto_build override_dh_auto_test override_dh_auto_install:\n';
export const DEBIAN: Files = {
  'debian/control': CONTROL,
  'debian/changelog': CHANGELOG,
  'debian/rules': RULES,
  'debian/foo-dkms.install': 'foo.c usr/src/foo-1.0/\nMakefile usr/src/foo-1.0/\n',
};
export const TREE: Files = { 'foo.c': CODE, Makefile: 'obj-m := foo.o\n' };

export async function inTree<T>(files: Files, work: (tree: string) => Promise<T>): Promise<T> {
  return withTemporaryDirectory('test', async (parent) => {
    const tree = join(parent, 'tree');
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await writeFile(join(tree, path), text);
    }
    return work(tree);
  });
}

/** Writes the debian/ of init with these choices. */
export async function initialise(
  tree: string,
  choices: Choices = {},
  force = false,
): Promise<void> {
  const driver = await readDriver(tree, referenceKernel(), { choices });
  await applyPlan(tree, await planDebian(driver, { timestamp: 1_700_000_000, force }));
}

/** Returns how bmdeb and info read the tree. */
export async function understood(tree: string, options: { conf?: string; set?: Files } = {}) {
  return withTemporaryDirectory('scratch', async (scratch) => {
    const notes: string[] = [];
    const note = (message: string) => void notes.push(message);
    const reporter = { ...silentReporter, note, warn: note };
    const source = await readSource(tree, { ...options, scratch, reporter });
    const evaluated = await evaluateConf(source.confFile, { kernel: referenceKernel() });
    return {
      name: scalar(evaluated, 'PACKAGE_NAME'),
      version: scalar(evaluated, 'PACKAGE_VERSION'),
      dest: scalar(evaluated, 'DEST_MODULE_NAME'),
      conf: source.conf,
      packageVersion: source.description.version,
      files: source.entries.flatMap(({ type, path }) => (type === 'directory' ? [] : [path])),
      notes,
    };
  });
}
