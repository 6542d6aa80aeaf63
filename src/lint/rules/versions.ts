import { basename, dirname, join } from 'node:path';
import { versionContradiction } from '../../source/version-agreement.ts';
import { lineOf } from '../text/conf-lookups.ts';
import type { LintedConf } from '../text/rule.ts';
import type { TreeContext, TreeRule } from '../tree/tree-rule.ts';

const changelogVersion: TreeRule = {
  code: 'changelog-version',
  severity: 'warning',
  title: 'debian/changelog and dkms.conf say different versions',
  why: 'The package is called after the changelog, the directory below /usr/src and `dkms status` after dkms.conf: mostly one of them was forgotten.',
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
          ? 'PACKAGE_VERSION="#MODULE_VERSION#", which is the changelog\'s'
          : 'bring the two to the same version',
      };
    }
  },
};

const tagVersion: TreeRule = {
  code: 'tag-version',
  severity: 'warning',
  title: 'the tag and dkms.conf say different versions',
  why: 'Who builds this tag gets a driver that calls itself otherwise: dkms refuses to add a version that it has, and packages do not follow.',
  bad: 'PACKAGE_VERSION="1.0"   # git tag: v1.1',
  good: 'PACKAGE_VERSION="1.1"   # git tag: v1.1',
  *check(context) {
    yield* contradictions(context, 'tag');
  },
};

const moduleVersion: TreeRule = {
  code: 'module-version',
  severity: 'info',
  title: 'MODULE_VERSION and dkms.conf say different versions',
  why: 'modinfo shows the one, dkms status the other; DKMS compares MODULE_VERSION with that of the module in the kernel before it installs (dkms.in, check_version_sanity).',
  bad: 'PACKAGE_VERSION="1.0"   # foo.c: MODULE_VERSION("1.1")',
  good: 'PACKAGE_VERSION="1.1"   # foo.c: MODULE_VERSION("1.1")',
  *check(context) {
    yield* contradictions(context, 'module');
  },
};

function* contradictions({ confs, versions }: TreeContext, kind: 'tag' | 'module') {
  const [conf, ...others] = confs;
  // Of several drivers in one tree nothing tells which one a version is of.
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

/** PACKAGE_VERSION as a person wrote it; undefined where a placeholder stands for it. */
export function versionOf({ context }: LintedConf): string | undefined {
  const line = lineOf(context, 'PACKAGE_VERSION');
  if (context.placeholders.some((found) => found.line === line)) return undefined;
  return context.evaluation?.conf?.version;
}

const directoryName: TreeRule = {
  code: 'directory-name',
  severity: 'error',
  title: 'a directory that is not NAME-VERSION',
  why: 'DKMS looks for /usr/src/PACKAGE_NAME-PACKAGE_VERSION when it is told a name and a version, and does not compare them with the file it finds there (dkms.in, add_module).',
  bad: 'PACKAGE_VERSION="1.0"   # in /usr/src/foo-1.1',
  good: 'PACKAGE_VERSION="1.1"   # in /usr/src/foo-1.1',
  *check({ confs }) {
    for (const { file, context } of confs) {
      const name = basename(dirname(file));
      if (!dirname(file).endsWith(join('/usr/src', name)) || basename(file) !== 'dkms.conf')
        continue;
      const values = context.evaluation?.evaluated.values;
      const raw = (directive: string) => {
        // The placeholder itself, not what we put in its place.
        const line = lineOf(context, directive);
        const found = context.placeholders.find((placeholder) => placeholder.line === line);
        return found?.text ?? values?.get(directive)?.get(0) ?? '';
      };
      const wanted = `${raw('PACKAGE_NAME')}-${raw('PACKAGE_VERSION')}`;
      if (values === undefined || wanted === name) continue;
      yield {
        file,
        line: lineOf(context, 'PACKAGE_VERSION'),
        message: `the directory is ${name}, the file is for ${wanted}`,
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
