import { posix } from 'node:path';
import { forPeople } from '../dkms/source/people-files.ts';
import { isForge } from '../dkms/source/source-names.ts';
import { sourcePrefix } from '../driver/conf/find-conf.ts';
import type { Driver } from '../driver/read-driver.ts';
import { shellWord } from '../system/text/shell-word.ts';
import { renderTemplate } from '../system/text/template.ts';
import { type GeneratedFile, generated } from './files/generated-file.ts';

/** Shell patterns for files that builds, editors and packaging tools leave (dkms/source/source-names.ts). */
const LEFTOVERS = [
  ...[
    '*.ko',
    '*.mod',
    '*.mod.[co]',
    '*.ko.[gxz]*',
    '.*.cmd',
    '.*.d',
    'modules.order',
    'Module.symvers',
  ],
  ...[
    'built-in.[ao]',
    '*.dwo',
    '.cache.mk',
    'CMakeCache.txt',
    'cmake_install.cmake',
    'config.log',
    'config.status',
  ],
  ...[
    '*~',
    '#*#',
    '*.orig',
    '*.rej',
    'tags',
    'TAGS',
    'cscope.*',
    '*.deb',
    '*.dsc',
    '*.changes',
    '*.buildinfo',
  ],
  ...['*.orig.tar.*', '*.debian.tar.*'],
];
const FORGE = [
  ...[
    'Jenkinsfile*',
    'Dockerfile*',
    'Vagrantfile',
    'docker-compose*',
    'appveyor.y*',
    'azure-pipelines.y*',
  ],
  ...['bitbucket-pipelines.y*', 'codecov.y*', 'renovate.json', 'compile_commands.json'],
];
const PRUNED = [
  '.?*',
  'node_modules',
  '__pycache__',
  'CMakeFiles',
  'autom4te.cache',
  'CVS',
  '_darcs',
];

/**
 * Returns debian/check-source. Only a debian/rules with debhelper calls it, because dh_install installs whole
 * directories: dh_install does not notice missing files, and packs results of builds.
 */
export function checkSourceFile(driver: Driver): GeneratedFile {
  const { conf, location, packageName, entries, excluded } = driver;
  const names = entries
    .filter(({ type }) => type !== 'directory')
    .map(({ path }) => posix.basename(path));
  // A pattern that matches the name of a source file is left out of the script.
  const leftovers = LEFTOVERS.filter((pattern) => !names.some((name) => matches(pattern, name)));
  const root = location.sourceRoot === '' ? '.' : `./${location.sourceRoot}`;
  const prefix = sourcePrefix(location);
  const wholeOf = (path: string) =>
    (forPeople(prefix + path) ?? prefix + path).slice(prefix.length);
  const others = [...new Set(excluded.filter((path) => !isForge(path)).map(wholeOf))];
  const paths = others.flatMap((path) => [shellWord(path), `${shellWord(path)}/*`]);
  const text = renderTemplate('debian/check-source', {
    package: packageName,
    source: shellWord(root),
    packed: shellWord(`debian/${packageName}/usr/src/${conf.name}-${conf.version}`),
    leftovers: leftovers.map(quoteHash).join(' | '),
    forge: FORGE.join(' | '),
    excluded: [
      location.sourceRoot === '' ? 'debian/*' : undefined,
      'dkms.conf',
      'docker/*',
      ...paths,
    ]
      .filter(Boolean)
      .join(' | '),
    pruned: ['-path ./debian', ...PRUNED.map((name) => `-name ${shellWord(name)}`)].join(' -o '),
  });
  return generated('check-source', text);
}

/** Quotes each `#`, which would begin a comment at the beginning of a word. */
function quoteHash(pattern: string): string {
  return pattern.replaceAll('#', "'#'");
}

/**
 * Whether a name matches a pattern. Only `*` and brackets are supported, because LEFTOVERS has no other wildcards.
 */
function matches(pattern: string, name: string): boolean {
  const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*');
  return new RegExp(`^${source}$`).test(name);
}
