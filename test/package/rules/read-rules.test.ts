import { expect, test } from 'vitest';
import { makefileStatements } from '../../../src/package/rules/makefile-statements.ts';
import { readRules } from '../../../src/package/rules/read-rules.ts';
import { renderTemplate } from '../../../src/system/text/template.ts';
import { cpuTime } from '../../support/cpu-time.ts';

const VERSIONS = new Map([['DEB_VERSION_UPSTREAM', '1.0']]);
const read = (text: string) => readRules(text, 'debian/rules', VERSIONS);
const DH = '#!/usr/bin/make -f\n%:\n\tdh $@\n';

test('both kinds that init writes are known', () => {
  for (const style of ['dh', 'dkms-deb'] as const) {
    const { beyond, style: found } = read(renderTemplate(`debian/rules-${style}`, {}));
    expect({ beyond, found }).toEqual({ beyond: undefined, found: style });
  }
});

test.each([
  ['dh with dkms', '%:\n\tdh $@ --with dkms\n'],
  ['another way to write it', '%:\n\t@dh $(@) --with=dkms --no-parallel\n'],
  ['explicit sequences', 'build binary-indep binary clean: \n\tdh $@\n.PHONY: build clean\n'],
  [
    'comments and continued lines',
    `# x\n${DH}override_dh_auto_build \\\n override_dh_auto_test: # none\n`,
  ],
  [
    'overrides by true, : and echo',
    `${DH}override_dh_auto_build:\n\t@true\noverride_dh_auto_test:\n\t:\noverride_dh_auto_install:\n\t# nothing\n\techo none\n`,
  ],
  ['an override that calls its own step', `${DH}override_dh_install:\n\tdh_install\n`],
  ['hooks without commands', `${DH}execute_after_dh_install:\n`],
  ['an override for Architecture: all', `${DH}override_dh_auto_build-indep:\n`],
  [
    "dpkg's makefiles",
    `include /usr/share/dpkg/pkg-info.mk\n-include /usr/share/dpkg/default.mk\n${DH}`,
  ],
  [
    'dh_dkms with the version',
    `include /usr/share/dpkg/pkg-info.mk\n${DH}override_dh_dkms:\n\tdh_dkms -V $(DEB_VERSION_UPSTREAM)\n`,
  ],
  ['dh_dkms -V alone', `${DH}override_dh_dkms:\n\tdh_dkms -V\n`],
  ['dh_dkms -V in the line of its target', `${DH}override_dh_dkms: ; dh_dkms -V\n`],
  [
    'how much is said',
    `export DH_VERBOSE = 1\nDEB_BUILD_MAINT_OPTIONS := hardening=+all\nexport DEB_BUILD_MAINT_OPTIONS\n${DH}`,
  ],
  ['a variable that no step reads', `NAME := foo\n${DH}`],
  ['a target that nothing needs', `${DH}get-orig-source:\n\tuscan --download\n`],
  ['a variable in a target', `STEP = build\n${DH}override_dh_auto_$(STEP):\n`],
])('adds nothing: %s', (_, text) => {
  expect(read(text).beyond).toBeUndefined();
});

test.each([
  ['a step with commands', `${DH}override_dh_install:\n\tdh_install src/* usr/src/x-1/\n`, 4],
  ['an argument to a step', `${DH}override_dh_install:\n\tdh_install -X.git\n`, 4],
  ['commands behind a step', `${DH}execute_after_dh_install:\n\tcp a b\n`, 4],
  ['commands before a step', `${DH}execute_before_dh_dkms:\n\tsed -i s/a/b/ debian/x.dkms\n`, 4],
  ['a step that fills the package, left out', `${DH}override_dh_installdocs:\n`, 4],
  ['an argument to dh', '%:\n\tdh $@ --sourcedirectory=src\n', 1],
  ['another addon', '%:\n\tdh $@ --with dkms,systemd\n', 1],
  ['a build system', '%:\n\tdh $@ --buildsystem=cmake\n', 1],
  ['cdbs', 'include /usr/share/cdbs/1/rules/debhelper.mk\n', 1],
  ['targets without dh', 'binary-indep:\n\tdh_testdir\n\tdh_install\n', 1],
  ['DH_OPTIONS', `export DH_OPTIONS=-X.git\n${DH}`, 1],
  ['DH_OPTIONS, exported without a value', `export DH_OPTIONS\n${DH}`, 1],
  ['DH_INSTALL', `DH_ALWAYS_EXCLUDE := .svn\n${DH}`, 1],
  ['a program that makes a value', `V := $(shell cp a b)\n${DH}`, 1],
  ['a condition', `ifeq (a,b)\nendif\n${DH}`, 1],
  ['a template', `define x\n\tcp a b\nendef\n${DH}`, 1],
  ['$(eval …)', `$(eval include x.mk)\n${DH}`, 1],
  ['everything is exported', `export\n${DH}`, 1],
  ['a variable of one target', `override_dh_install: DH_OPTIONS=-X.c\n${DH}`, 1],
  ['another shell', `SHELL = /bin/perl\n${DH}`, 1],
  ['another version for dh_dkms', `${DH}override_dh_dkms:\n\tdh_dkms -V 2.0\n`, 4],
  ['a file for dh_dkms', `${DH}override_dh_dkms:\n\tdh_dkms -- debian/foo\n`, 4],
  ['an unknown variable in a target', `${DH}override_dh_$(X):\n\tcp a b\n`, 4],
  ['a target that a sequence needs', `build: debian/foo.dkms\n${DH}`, 1],
  ['a command behind the semicolon', `${DH}override_dh_auto_install: ; cp a debian/x/\n`, 4],
  [
    'dh_missing in place of another step',
    `${DH}override_dh_install:\n\tdh_missing --fail-missing\n`,
    4,
  ],
  ['two commands', `${DH}override_dh_dkms:\n\tdh_dkms -V\n\tcp a b\n`, 4],
  ['more than echo', `${DH}override_dh_auto_build:\n\techo a > b\n`, 4],
  ['a variable that makes dh another program', 'DH = cp\n%:\n\t$(DH) $@\n', 2],
  ['make is told to work otherwise', `.ONESHELL:\n${DH}`, 1],
  ['nothing is called', '#!/usr/bin/make -f\n', 1],
  ['dh and dkms-deb', `${DH}binary:\n\tdkms-deb build --from-rules\n`, 4],
  ['dkms-deb and commands of a person', 'binary:\n\tcp a b\n\tdkms-deb build --from-rules\n', 1],
])('is left to debhelper: %s', (_, text, line) => {
  expect(read(text).beyond).toMatchObject({ where: { file: 'debian/rules', line } });
});

test('what the overrides leave out, fill in and export is told', () => {
  const rules = read(
    `include /usr/share/dpkg/pkg-info.mk\nexport DEB_VERSION_UPSTREAM\n${DH}override_dh_auto_build override_dh_auto_install-indep:\noverride_dh_dkms:\n\tdh_dkms -V "$(DEB_VERSION_UPSTREAM)"\n`,
  );
  expect([...rules.skipped]).toEqual(['dh_auto_build', 'dh_auto_install']);
  expect(rules.fillsVersion).toBe(true);
  expect(rules.exported.get('DEB_VERSION_UPSTREAM')).toBe('1.0');
});

test('a makefile is split where make splits it', () => {
  expect(makefileStatements('a = b \\\n c\nx: y ; z\n\tw \\\n\t v\n\n\tu\n#t\n s += r\n')).toEqual([
    { kind: 'variable', line: 1, name: 'a', value: 'b  c', appends: false, exported: false },
    {
      kind: 'rule',
      line: 3,
      targets: 'x',
      prerequisites: 'y',
      recipe: [
        { line: 3, text: 'z' },
        { line: 4, text: 'w  v' },
        { line: 7, text: 'u' },
      ],
    },
    { kind: 'variable', line: 9, name: 's', value: 'r', appends: true, exported: false },
  ]);
});

test('bug: the time for continued lines grew with their square', async () => {
  const time = (count: number) =>
    cpuTime(() => makefileStatements(`x = ${'a \\\n'.repeat(count)}b\n`));
  await time(1000);
  expect(await time(200_000)).toBeLessThan(3000);
});
