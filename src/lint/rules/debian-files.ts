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
  title: 'dh-sequence-dkms in an alternative, which dh overlooks',
  why: 'dh adds the sequence only if Build-Depends names dh-sequence-dkms without an alternative; it overlooks "dh-sequence-dkms | dkms" (debhelper, Dh_Lib.pm). Then dh_dkms does not run, and the package never registers the source with DKMS.',
  bad: 'Build-Depends: debhelper-compat (= 13), dh-sequence-dkms | dkms',
  good: 'Build-Depends: debhelper-compat (= 13), dh-sequence-dkms',
  *check({ debian }) {
    if (debian === undefined || debian.sequence !== 'alternative' || !wantsDhDkms(debian)) return;
    if (debian.rules.withDkms || debian.rules.callsDhDkms) return;
    yield {
      ...at(debian, 'control', /dh-sequence-dkms/),
      message: 'dh overlooks dh-sequence-dkms in an alternative, so dh_dkms does not run',
      advice: 'write dh-sequence-dkms without an alternative, or dh $@ --with dkms in debian/rules',
    };
  },
};

const notRun: TreeRule = {
  code: 'dh-dkms-not-run',
  severity: 'error',
  title: 'a .dkms file that nothing reads',
  why: 'debian/<package>.dkms is for dh_dkms, which dh runs only with the dkms sequence. Without that sequence the package has neither dkms.conf nor the scripts that register the driver with DKMS.',
  bad: 'dh $@',
  good: 'dh $@ --with dkms',
  *check({ debian }) {
    if (debian === undefined || debian.sequence !== 'none' || !wantsDhDkms(debian)) return;
    const { usesDh, withDkms, callsDhDkms } = debian.rules;
    if (!usesDh || withDkms || callsDhDkms) return;
    yield {
      ...at(debian, 'rules', /^\t.*\bdh\s/),
      message: `debian/${dkmsFiles(debian)[0]} exists, but dh does not run dh_dkms`,
      advice: 'add dh-sequence-dkms to Build-Depends',
    };
  },
};

const scriptWithoutDebhelper: TreeRule = {
  code: 'script-without-debhelper',
  severity: 'error',
  title: 'a maintainer script without #DEBHELPER#',
  why: 'dh_dkms inserts its code at #DEBHELPER#. Without this line, the module is not built when the package is installed (postinst), or not removed when the package is removed (prerm).',
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
        // A script that calls dkms itself does not need #DEBHELPER#.
        if (/^[^#]*\bdkms\b/m.test(text)) continue;
        yield {
          file: join(debian.directory, file),
          line: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
          message: `debian/${file} has no #DEBHELPER#, so it lacks the code of dh_dkms`,
          advice: 'add a line #DEBHELPER#',
        };
      }
    }
  },
};

const sourceNotInstalled: TreeRule = {
  code: 'source-not-installed',
  severity: 'warning',
  title: 'nothing installs the source',
  why: 'dh_dkms installs only dkms.conf (dh_dkms(1)). debian/<package>.install or debian/rules must install the source into /usr/src/NAME-VERSION.',
  bad: '# debian/foo-dkms.install does not exist',
  good: '*.c Makefile usr/src/foo-1.0   # debian/foo-dkms.install',
  *check({ debian, confs }) {
    if (debian === undefined || !wantsDhDkms(debian)) return;
    const texts = [...debian.files].filter(
      ([name]) => !/^(?:changelog|copyright|README)/.test(name),
    );
    if (texts.some(([, text]) => /usr\/src|usr_src/.test(text))) return;
    // A file that was not read may install the source. The rule not-checked reports such a file.
    if ([debian, ...confs.map(({ context }) => context.tree)].some(hasUnread)) return;
    // The makefile of the driver's authors may install the source.
    const makefiles = confs.flatMap(({ context }) => context.tree?.makefiles ?? []);
    if (makefiles.some(({ text }) => /usr\/src|\(?src_?dir\)?\/|DKMS/i.test(text))) return;
    yield {
      ...at(debian, dkmsFiles(debian)[0] ?? 'control', /PACKAGE_NAME/),
      message: 'neither debian/ nor a makefile installs anything into /usr/src',
      advice: 'list the source in debian/<package>.install',
    };
  },
};

function hasUnread(read: { readonly unread: readonly unknown[] } | undefined): boolean {
  return (read?.unread.length ?? 0) > 0;
}

const otherVersion: TreeRule = {
  code: 'dh-dkms-other-version',
  severity: 'error',
  title: 'a dkms.conf with another version than the changelog',
  why: 'With -V, dh_dkms uses the version of debian/changelog for the directory and the scripts, but in dkms.conf it replaces only #MODULE_VERSION#. If dkms.conf has another version, DKMS looks for a directory that does not exist.',
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
        message: `dh_dkms -V installs version ${taken}, but PACKAGE_VERSION is ${version}`,
        advice: 'PACKAGE_VERSION="#MODULE_VERSION#"',
      };
    }
  },
};

const namesNoFile: TreeRule = {
  code: 'dh-dkms-names-no-file',
  severity: 'error',
  title: 'a .dkms file that neither is a dkms.conf nor names one file',
  why: 'If debian/<package>.dkms has no quoted PACKAGE_NAME, dh_dkms takes its text for the name of one file. dh_dkms fails if the text names no file, or three or more. Of two files it takes the first.',
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
        advice: `write a dkms.conf, or the path of a dkms.conf, into debian/${name}`,
      };
    }
  },
};

/** Whether debian/ has a .dkms file that dh_dkms must read, because debian/rules does not call dkms-deb. */
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
