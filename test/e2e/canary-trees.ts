import { appendFile, chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { dkmsDebLines, type Sandbox } from '../support/sandbox.ts';
import type { Canary } from './canaries.ts';

/** Files by path; what begins with `#!` may be executed. */
type Files = Readonly<Record<string, string>>;

export const BUILD_HOOKS = ['PRE_BUILD', 'POST_BUILD'];
export const OTHER_HOOKS = ['POST_ADD', 'PRE_INSTALL', 'POST_INSTALL', 'POST_REMOVE'];
export const PROGRAMS = ['configure', 'autogen.sh', 'bootstrap', 'git', 'make', 'bash'];
export const GIT_PROGRAMS = [
  ...['core.fsmonitor', 'core.pager', 'core.sshCommand', 'core.editor', 'gpg.program'],
  ...['filter.canary.clean', 'filter.canary.smudge', 'filter.canary.process'],
  ...['diff.canary.textconv', 'diff.canary.command', 'credential.helper'],
];
export const GIT_HOOKS = [
  'post-checkout',
  'post-index-change',
  'pre-auto-gc',
  'reference-transaction',
];
export const MAINTAINER_SCRIPTS = ['preinst', 'postinst', 'prerm', 'postrm'];

/** Trees in which everything sings that a program could run: one tree cannot have all of it. */
export type Variant =
  | 'plain'
  | 'known-debian'
  | 'own-rules'
  | 'own-spec'
  | 'without-conf'
  | 'patched';

/** Makes the tree of a driver called canary. */
export async function makeTree(
  sandbox: Sandbox,
  canary: Canary,
  variant: Variant,
  tree: string,
): Promise<void> {
  await writeFiles(tree, driverFiles(canary, variant));
  if (variant === 'own-spec') await writeFiles(join(tree, 'rpm'), { 'canary.spec': spec(canary) });
  if (variant === 'without-conf') await rm(join(tree, 'dkms.conf'));
  if (variant === 'known-debian' || variant === 'own-rules') {
    const rules = variant === 'own-rules' ? 'dh' : 'dkms-deb';
    await dkmsDebLines(sandbox, ['init', '--rules', rules, tree]);
    await addToDebian(canary, variant, join(tree, 'debian'));
  }
  await writeFile(join(tree, '.gitattributes'), '*.c filter=canary diff=canary\n');
  const git = ['-c', 'user.name=E', '-c', 'user.email=e@example.org', '-C', tree];
  for (const words of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-qm', 'All'],
    ['tag', 'v1.0'],
  ]) {
    await run('git', [...git, ...words]);
  }
  for (const key of GIT_PROGRAMS) {
    await run('git', ['-C', tree, 'config', key, `sh -c '${canary.sing(key)}; cat'`]);
  }
  await run('git', ['-C', tree, 'config', 'log.showSignature', 'true']);
  await writeFiles(
    join(tree, '.git/hooks'),
    Object.fromEntries(GIT_HOOKS.map((name) => [name, canary.script(name)])),
  );
  await canary.forget();
}

function driverFiles(canary: Canary, variant: Variant): Files {
  const scripts = [...BUILD_HOOKS, ...OTHER_HOOKS, ...PROGRAMS].map((name) => [
    PROGRAMS.includes(name) ? name : `${name}.sh`,
    canary.script(name),
  ]);
  // In quotes: DKMS adds KERNELRELEASE to a MAKE that begins with make.
  const make = "'make' KERNEL=$kernel_source_dir all";
  const command = variant === 'known-debian' ? `${canary.sing('MAKE')}; ${make}` : make;
  return {
    'dkms.conf': [
      ...['PACKAGE_NAME=canary', 'PACKAGE_VERSION=1.0', 'AUTOINSTALL=yes'],
      ...['BUILT_MODULE_NAME=canary', 'DEST_MODULE_LOCATION=/updates/dkms'],
      ...[...BUILD_HOOKS, ...OTHER_HOOKS].map((name) => `${name}=${name}.sh`),
      'PATCH=ed.patch',
      ...(variant === 'patched' ? [] : ['PATCH_MATCH=^never']),
      `MAKE="${command}"`,
      `CLEAN="${canary.sing('CLEAN')}"`,
      canary.sing('dkms.conf'),
      '',
    ].join('\n'),
    // patch(1) gave such a line to ed(1), which runs it (CVE-2018-1000156).
    'patches/ed.patch': `Index: a/canary.c\n1a\n// x\n.\n!${canary.sing('patch')}\n`,
    Makefile: makefile(canary, variant === 'without-conf'),
    'canary.c': [
      '// SPDX-License-Identifier: GPL-2.0',
      '#include <linux/module.h>',
      'MODULE_LICENSE("GPL");',
      'MODULE_DESCRIPTION("Canary");',
      '',
    ].join('\n'),
    ...Object.fromEntries(scripts),
  };
}

/** `hidden`: kbuild alone is told of no module, and so init has to try the tree's own make. */
function makefile(canary: Canary, hidden: boolean): string {
  return [
    `said := $(shell ${canary.sing('makefile')})`,
    `obj-m := ${hidden ? '$(addsuffix .o,$(CANARY))' : 'canary.o'}`,
    'ifeq ($(KERNELRELEASE),)',
    'KERNEL ?= /lib/modules/$(shell uname -r)/build',
    'all:',
    `\t${canary.sing('recipe')}`,
    // make -n runs such a line, too.
    `\t+${canary.sing('recipe+')}`,
    `\t$(MAKE) -C $(KERNEL) M=$(CURDIR) CANARY=canary modules`,
    'clean:',
    `\t${canary.sing('clean')}`,
    'endif',
    '',
  ].join('\n');
}

/** A spec that no program wrote. rpmbuild runs the macro when it reads it, and %install when it builds. */
function spec(canary: Canary): string {
  const sing = (song: string) => canary.sing(song).replaceAll('%', '%%');
  return [
    ...['Name: canary', 'Version: 1.0', 'Release: 1', 'Summary: x', 'License: GPL-2.0-only'],
    ...['BuildArch: noarch', `%global said %(${sing('macro')})`, '%description', '%{said}x'],
    ...['%install', sing('spec'), '%files', ''],
  ].join('\n');
}

async function addToDebian(canary: Canary, variant: Variant, debian: string): Promise<void> {
  await writeFiles(
    debian,
    Object.fromEntries(
      MAINTAINER_SCRIPTS.map((name) => [
        `canary-dkms.${name}`,
        `${canary.script(name)}#DEBHELPER#\n`,
      ]),
    ),
  );
  // Its last word is a program that uscan(1) calls.
  const watch = `sh -c "${canary.sing('watch')}"`;
  await writeFile(
    join(debian, 'watch'),
    `version=4\nhttps://example.invalid/ c-(.*)\\.tgz debian ${watch}\n`,
  );
  const rules = join(debian, 'rules');
  if (variant === 'known-debian') return;
  await appendFile(rules, `\nexecute_after_dh_install:\n\t${canary.sing('rules')}\n`);
  // debhelper runs a list that may be executed, and reads what it prints (debhelper(7)).
  await writeFiles(debian, { 'canary-dkms.docs': `${canary.script('list')}echo Makefile\n` });
}

async function writeFiles(directory: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
    if (text.startsWith('#!')) await chmod(join(directory, path), 0o755);
  }
}
