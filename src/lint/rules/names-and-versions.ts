import { debianUpstreamVersion } from '../../dkms/conf/names.ts';
import { ConfError } from '../../errors.ts';
import { lineOf } from '../text/conf-lookups.ts';
import type { ConfRule } from '../text/rule.ts';

const placeholder: ConfRule = {
  code: 'placeholder',
  severity: 'info',
  title: 'a placeholder',
  why: 'A script of the project replaces the placeholder; DKMS itself does not: `dkms add` of this tree makes /usr/src/NAME-@VERSION@. dkms-deb init replaces the placeholder; dh_dkms replaces only #MODULE_VERSION#.',
  bad: 'PACKAGE_VERSION="@VERSION@"',
  good: 'PACKAGE_VERSION="1.0"',
  *check({ placeholders }) {
    for (const { text, line } of placeholders) {
      if (text === '#MODULE_VERSION#') continue;
      yield { line, message: `${text} is a placeholder that DKMS does not replace` };
    }
  },
};

const versionNotDebian: ConfRule = {
  code: 'version-not-debian',
  severity: 'info',
  title: 'a version that Debian writes differently',
  why: 'A Debian version begins with a digit (Policy 5.6.12), but DKMS accepts any word. The package gets the version with 0~ before it, which sorts before every real version. See docs/names.md for other versions.',
  bad: 'PACKAGE_VERSION="git"',
  good: 'PACKAGE_VERSION="0.1"',
  *check(context) {
    const { evaluation, placeholders } = context;
    const version = evaluation?.conf?.version;
    const line = lineOf(context, 'PACKAGE_VERSION');
    if (version === undefined || placeholders.some((found) => found.line === line)) return;
    const advice =
      "begin PACKAGE_VERSION with a digit, or set the package's version with init --debian-version";
    try {
      const debian = debianUpstreamVersion(version);
      if (debian.startsWith('0~') && !version.startsWith('0')) {
        yield {
          line,
          message: `PACKAGE_VERSION ${version} becomes ${debian} in the package`,
          advice,
        };
      }
    } catch (error) {
      if (!(error instanceof ConfError)) throw error;
      yield { line, message: error.message, advice };
    }
  },
};

const commentedDirective: ConfRule = {
  code: 'commented-directive',
  severity: 'info',
  title: 'a comment that dh_dkms reads as the value',
  why: 'dh_dkms searches every line for PACKAGE_NAME= and PACKAGE_VERSION=, comments included, and uses the last match (/usr/bin/dh_dkms).',
  bad: 'PACKAGE_VERSION="1.0"\n#PACKAGE_VERSION="2.0"',
  good: 'PACKAGE_VERSION="1.0"',
  fixable: true,
  *check({ text }) {
    for (const name of ['PACKAGE_NAME', 'PACKAGE_VERSION']) {
      const real = text.of(name).at(-1)?.start;
      if (real === undefined) continue;
      for (const { start, end } of text.comments) {
        const at = text.text.slice(start, end).indexOf(`${name}=`);
        if (at < 0 || start < real) continue;
        const equals = start + at + name.length;
        yield {
          line: text.lineOf(start),
          message: `dh_dkms reads the ${name} in this comment as that of the driver`,
          edits: [{ start: equals, end: equals + 1, text: ': ' }],
        };
      }
    }
  },
};

export const NAME_RULES: readonly ConfRule[] = [placeholder, versionNotDebian, commentedDirective];
