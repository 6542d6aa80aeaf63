import { basename, dirname, join } from 'node:path';
import { versionContradiction } from '../../source/version-agreement.ts';
import { lineOf } from '../text/conf-lookups.ts';
import type { LintedConf } from '../text/rule.ts';
import type { TreeContext, TreeRule } from '../tree/tree-rule.ts';

const changelogVersion: TreeRule = {
  code: 'changelog-version',
  severity: 'warning',
  title: 'different versions in debian/changelog and dkms.conf',
  why: 'The package has the version of the changelog; the directory below /usr/src and `dkms status` have the version of dkms.conf. Often one of the two versions was not updated.',
  bad: 'PACKAGE_VERSION="1.0"   # debian/changelog: foo (1.1-1)',
  good: 'PACKAGE_VERSION="1.1"   # debian/changelog: foo (1.1-1)',
  *check({ confs, debian }) {
    const { latest, directory } = debian ?? {};
    if (latest === undefined || directory === undefined) return;
    const packaged = confs.filter(({ context }) => context.dhDkms);
    const candidates = packaged.length > 0 ? packaged : confs;
    for (const conf of candidates.length === 1 ? candidates : []) {
      const version = versionOf(conf);
      if (version === undefined) continue;
      const line = lineOf(conf.context, 'PACKAGE_VERSION');
      const contradiction = versionContradiction(
        { version: latest.version, place: { file: 'debian/changelog', line: latest.line } },
        { version, place: { file: conf.path } },
      );
      if (contradiction === undefined) continue;
      yield {
        file: conf.file,
        line,
        message: contradiction,
        advice: conf.path.startsWith('debian/')
          ? 'write PACKAGE_VERSION="#MODULE_VERSION#", which dh_dkms replaces by the version of the changelog'
          : 'update the version that is wrong',
      };
    }
  },
};

const tagVersion: TreeRule = {
  code: 'tag-version',
  severity: 'warning',
  title: 'different versions in the git tag and dkms.conf',
  why: 'The git tag of this commit names another version than dkms.conf. dkms refuses to add a version that it already has, and packages get the wrong version.',
  bad: 'PACKAGE_VERSION="1.0"   # git tag: v1.1',
  good: 'PACKAGE_VERSION="1.1"   # git tag: v1.1',
  *check(context) {
    yield* contradictions(context, 'tag');
  },
};

const moduleVersion: TreeRule = {
  code: 'module-version',
  severity: 'info',
  title: 'different versions in MODULE_VERSION and dkms.conf',
  why: 'modinfo shows MODULE_VERSION, but dkms status shows the version of dkms.conf. Before DKMS installs a module, it compares MODULE_VERSION with the MODULE_VERSION of the module in the kernel (dkms.in, check_version_sanity).',
  bad: 'PACKAGE_VERSION="1.0"   # foo.c: MODULE_VERSION("1.1")',
  good: 'PACKAGE_VERSION="1.1"   # foo.c: MODULE_VERSION("1.1")',
  *check(context) {
    yield* contradictions(context, 'module');
  },
};

function* contradictions({ confs, versions }: TreeContext, kind: 'tag' | 'module') {
  const [conf, ...others] = confs;
  // If a tree has several drivers, it is unknown to which of them a version belongs.
  if (conf === undefined || others.length > 0) return;
  const version = versionOf(conf);
  for (const stated of versions) {
    if (stated.kind !== kind || version === undefined) continue;
    yield {
      file: conf.file,
      line: lineOf(conf.context, 'PACKAGE_VERSION'),
      message: `PACKAGE_VERSION is ${version}, but ${stated.from} says ${stated.value}`,
    };
  }
}

/** Returns the value of PACKAGE_VERSION. Returns undefined if the value is a placeholder or unknown. */
export function versionOf({ context }: LintedConf): string | undefined {
  const line = lineOf(context, 'PACKAGE_VERSION');
  if (context.placeholders.some((found) => found.line === line)) return undefined;
  return context.evaluation?.conf?.version;
}

const directoryName: TreeRule = {
  code: 'directory-name',
  severity: 'error',
  title: 'a directory that is not NAME-VERSION',
  why: 'dkms add -m NAME -v VERSION takes /usr/src/NAME-VERSION, and does not check that its dkms.conf has this name and version (dkms.in, add_module).',
  bad: 'PACKAGE_VERSION="1.0"   # in /usr/src/foo-1.1',
  good: 'PACKAGE_VERSION="1.1"   # in /usr/src/foo-1.1',
  *check({ confs }) {
    for (const { file, context } of confs) {
      const name = basename(dirname(file));
      if (!dirname(file).endsWith(join('/usr/src', name)) || basename(file) !== 'dkms.conf')
        continue;
      const values = context.evaluation?.evaluated.values;
      const raw = (directive: string) => {
        // The message shows the placeholder, not the word that replaced it when the file was evaluated.
        const line = lineOf(context, directive);
        const found = context.placeholders.find((placeholder) => placeholder.line === line);
        return found?.text ?? values?.get(directive)?.get(0) ?? '';
      };
      const wanted = `${raw('PACKAGE_NAME')}-${raw('PACKAGE_VERSION')}`;
      if (values === undefined || wanted === name) continue;
      yield {
        file,
        line: lineOf(context, 'PACKAGE_VERSION'),
        message: `the directory is ${name}, but dkms.conf is for ${wanted}`,
      };
    }
  },
};

export const VERSION_RULES: readonly TreeRule[] = [
  changelogVersion,
  tagVersion,
  moduleVersion,
  directoryName,
];
