import { join } from 'node:path';
import { withoutEpoch, withoutRevision } from '../../debian/version.ts';
import { listedFiles } from '../../dkms/conf/dkms-file.ts';
import { lineOf } from '../text/conf-lookups.ts';
import type { DebianFacts } from '../tree/debian-facts.ts';
import type { TreeRule } from '../tree/tree-rule.ts';
import { versionOf } from './versions.ts';

const sequenceAlternative: TreeRule = {
  code: 'dh-sequence-alternative',
  severity: 'error',
  title: 'an alternative that dh does not take for a sequence',
  why: 'dh adds a sequence for a Build-Depends on dh-sequence-dkms alone; in "dh-sequence-dkms | dkms" it overlooks it (debhelper, Dh_Lib.pm), dh_dkms is never run, and the package installs a source that DKMS is not told of.',
  bad: 'Build-Depends: debhelper-compat (= 13), dh-sequence-dkms | dkms',
  good: 'Build-Depends: debhelper-compat (= 13), dh-sequence-dkms',
  *check({ debian }) {
    if (debian === undefined || debian.sequence !== 'alternative' || !wantsDhDkms(debian)) return;
    if (debian.rules.withDkms || debian.rules.callsDhDkms) return;
    yield {
      ...at(debian, 'control', /dh-sequence-dkms/),
      message: 'dh overlooks dh-sequence-dkms in an alternative: dh_dkms is not run',
      advice: 'Build-Depends: … dh-sequence-dkms, or dh $@ --with dkms in debian/rules',
    };
  },
};

const notRun: TreeRule = {
  code: 'dh-dkms-not-run',
  severity: 'error',
  title: 'a .dkms file that nothing reads',
  why: 'debian/<package>.dkms is for dh_dkms, which dh runs only with the dkms sequence: without it the package has neither dkms.conf nor the scripts that tell DKMS of it.',
  bad: 'dh $@',
  good: 'dh $@ --with dkms',
  *check({ debian }) {
    if (debian === undefined || debian.sequence !== 'none' || !wantsDhDkms(debian)) return;
    const { usesDh, withDkms, callsDhDkms } = debian.rules;
    if (!usesDh || withDkms || callsDhDkms) return;
    yield {
      ...at(debian, 'rules', /^\t.*\bdh\s/),
      message: `debian/${dkmsFiles(debian)[0]} is there, but dh is not told to run dh_dkms`,
      advice: 'Build-Depends: … dh-sequence-dkms',
    };
  },
};

const scriptWithoutDebhelper: TreeRule = {
  code: 'script-without-debhelper',
  severity: 'error',
  title: 'a maintainer script that shuts dh_dkms out',
  why: "dh_dkms's code is put where #DEBHELPER# stands; without it the module is never built at install, or never removed (postinst-dkms, prerm-dkms).",
  bad: '#!/bin/sh\nset -e\nldconfig',
  good: '#!/bin/sh\nset -e\nldconfig\n#DEBHELPER#',
  *check({ debian }) {
    if (debian === undefined || !wantsDhDkms(debian)) return;
    for (const name of dkmsFiles(debian)) {
      const stem = name === 'dkms' ? '' : name.replace(/dkms$/, '');
      for (const script of ['postinst', 'prerm']) {
        const file = `${stem}${script}`;
        const text = debian.files.get(file);
        if (text === undefined || text.includes('#DEBHELPER#')) continue;
        // It may call dkms by itself.
        if (/^[^#]*\bdkms\b/m.test(text)) continue;
        yield {
          file: join(debian.directory, file),
          line: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
          message: `debian/${file} has no #DEBHELPER#: dh_dkms's part of it is lost`,
          advice: '#DEBHELPER#',
        };
      }
    }
  },
};

const sourceNotInstalled: TreeRule = {
  code: 'source-not-installed',
  severity: 'warning',
  title: 'nothing installs the source',
  why: 'dh_dkms installs dkms.conf only (dh_dkms(1)); the source must come into /usr/src/NAME-VERSION by debian/<package>.install or debian/rules.',
  bad: '# no debian/foo-dkms.install',
  good: '*.c Makefile usr/src/foo-1.0   # debian/foo-dkms.install',
  *check({ debian, confs }) {
    if (debian === undefined || !wantsDhDkms(debian)) return;
    const texts = [...debian.files].filter(
      ([name]) => !/^(?:changelog|copyright|README)/.test(name),
    );
    if (texts.some(([, text]) => /usr\/src|usr_src/.test(text))) return;
    // Upstream's own makefile may do it.
    const makefiles = confs.flatMap(({ context }) => context.tree?.makefiles ?? []);
    if (makefiles.some(({ text }) => /usr\/src|\(?src_?dir\)?\/|DKMS/i.test(text))) return;
    yield {
      ...at(debian, dkmsFiles(debian)[0] ?? 'control', /PACKAGE_NAME/),
      message: 'no file of debian/ and no makefile installs anything into usr/src',
      advice: 'list the source in debian/<package>.install',
    };
  },
};

const otherVersion: TreeRule = {
  code: 'dh-dkms-other-version',
  severity: 'error',
  title: 'a directory after the changelog, a dkms.conf with another version',
  why: 'dh_dkms -V takes the version of debian/changelog for the directory and the scripts, and only replaces #MODULE_VERSION# in the file: with another version in it DKMS is told of one that it does not find.',
  bad: 'PACKAGE_VERSION="1.0"   # dh_dkms -V, changelog 1.1-1',
  good: 'PACKAGE_VERSION="#MODULE_VERSION#"',
  *check({ debian, confs }) {
    const { latest, rules } = debian ?? {};
    if (latest === undefined || rules?.takesChangelogVersion !== true) return;
    const taken = withoutEpoch(withoutRevision(latest.version));
    for (const conf of confs) {
      const version = conf.context.dhDkms ? versionOf(conf) : undefined;
      if (version === undefined || version === taken) continue;
      yield {
        file: conf.file,
        line: lineOf(conf.context, 'PACKAGE_VERSION'),
        message: `dh_dkms -V makes the directory ${taken}, but the file is for ${version}`,
        advice: 'PACKAGE_VERSION="#MODULE_VERSION#"',
      };
    }
  },
};

const namesNoFile: TreeRule = {
  code: 'dh-dkms-names-no-file',
  severity: 'error',
  title: 'a .dkms file that is no dkms.conf and names none',
  why: 'A debian/<package>.dkms without a quoted PACKAGE_NAME is read as the name of one file; dh_dkms ends with an error where it is empty or names several.',
  bad: '# an empty debian/foo-dkms.dkms',
  good: 'dkms.conf',
  *check({ debian }) {
    if (debian === undefined || debian.rules.callsDkmsDeb) return;
    for (const name of dkmsFiles(debian)) {
      const text = debian.files.get(name) ?? '';
      if (/PACKAGE_NAME=/.test(text)) continue;
      const words = listedFiles(text);
      if (words.length === 1) continue;
      yield {
        file: join(debian.directory, name),
        message: `debian/${name} ${words.length === 0 ? 'names no file' : `names ${words.length} files`}`,
        advice: 'write a dkms.conf there, or the path of one',
      };
    }
  },
};

/** Does a .dkms file wait for dh_dkms, and not for dkms-deb? */
function wantsDhDkms(debian: DebianFacts): boolean {
  return dkmsFiles(debian).length > 0 && !debian.rules.callsDkmsDeb;
}

function dkmsFiles(debian: DebianFacts): string[] {
  return [...debian.files.keys()].filter((name) => name === 'dkms' || name.endsWith('.dkms'));
}

function at(
  debian: DebianFacts,
  name: string,
  expression: RegExp,
): { file: string; line: number | undefined } {
  const lines = (debian.files.get(name) ?? '').split('\n');
  const found = lines.findIndex((line) => expression.test(line) && !/^\s*#/.test(line));
  return { file: join(debian.directory, name), line: found < 0 ? undefined : found + 1 };
}

export const PACKAGING_RULES: readonly TreeRule[] = [
  sequenceAlternative,
  notRun,
  scriptWithoutDebhelper,
  sourceNotInstalled,
  otherVersion,
  namesNoFile,
];
