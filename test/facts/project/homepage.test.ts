import { describe, expect, test } from 'vitest';
import { findHomepage } from '../../../src/facts/project/homepage.ts';
import { repositoryOf } from '../../../src/facts/project/repository-url.ts';
import { git, sources } from '../../support/facts.ts';

describe('repositoryOf', () => {
  const page = 'https://github.com/jane/hello';
  test.each([
    'https://github.com/jane/hello.git',
    'https://github.com/jane/hello',
    'https://github.com/jane/hello/',
    'https://GitHub.com/jane/hello.git',
    'https://jane:secret@github.com/jane/hello.git',
    'https://x-access-token:ghp_0123456789@github.com/jane/hello.git',
    'https://ghp_0123456789@github.com/jane/hello',
    'https://github.com/jane/hello.git?token=secret#x',
    'http://github.com/jane/hello.git',
    'git://github.com/jane/hello.git',
    'git@github.com:jane/hello.git',
    'github.com:jane/hello.git',
    'git@github.com:/jane/hello.git',
    'ssh://git@github.com/jane/hello.git',
    'ssh://git@github.com:22/jane/hello.git',
    'git+ssh://git@github.com/jane/hello.git',
    'git+https://github.com/jane/hello.git',
  ])('%s', (url) => {
    expect(repositoryOf(url)).toEqual({ git: `${page}.git`, browser: page, page });
  });

  test.each([
    ['git@salsa.debian.org:kernel-team/x.git', 'https://salsa.debian.org/kernel-team/x'],
    ['https://gitlab.com/a/b/c.git', 'https://gitlab.com/a/b/c'],
    ['git@gitlab.example.com:a/b.git', 'https://gitlab.example.com/a/b'],
    ['git@gitlab.freedesktop.org:a/b.git', 'https://gitlab.freedesktop.org/a/b'],
    ['https://codeberg.org/a/b.git', 'https://codeberg.org/a/b'],
    ['https://git.sr.ht/~a/b', 'https://git.sr.ht/~a/b'],
    ['git://git.code.sf.net/p/hello/code', 'https://sourceforge.net/projects/hello/'],
    ['ssh://jane@git.code.sf.net/p/hello/code', 'https://sourceforge.net/projects/hello/'],
    [
      'git://git.kernel.org/pub/scm/linux/kernel/git/x/y.git',
      'https://git.kernel.org/pub/scm/linux/kernel/git/x/y.git',
    ],
  ])('%s: page %s', (url, expected) => {
    const repository = repositoryOf(url);
    expect(repository?.page).toBe(expected);
    expect(repository?.git).toMatch(/^https:/);
  });

  test('an unknown https host has only a clone URL', () => {
    expect(repositoryOf('https://u:p@git.example.org:8443/x.git')).toEqual({
      git: 'https://git.example.org:8443/x.git',
      browser: undefined,
      page: undefined,
    });
  });

  test.each([
    '/srv/git/hello.git',
    '../hello',
    'file:///srv/git/hello.git',
    'C:\\hello',
    'git@fileserver:hello.git',
    'ssh://git@git.example.org/hello.git',
    'https://192.168.1.4/jane/hello.git',
    'https://gitlab.corp/jane/hello.git',
    'https://gitlab.lan/jane/hello.git',
    'https://localhost/hello.git',
    'https://github.com/',
    'ext::sh -c "x"',
    '',
  ])('no placeholder in %j', (url) => {
    expect(repositoryOf(url)).toBeUndefined();
  });
});

describe('findHomepage', () => {
  const values = (found: ReturnType<typeof findHomepage>) => [
    found.homepage && `${found.homepage.value} <- ${found.homepage.from}`,
    found.vcsGit?.value,
    found.vcsBrowser?.value,
  ];

  test('origin', () => {
    const found = findHomepage(
      git({ 'remote.origin.url': 'git@github.com:jane/hello.git' }),
      [],
      'hello',
    );
    expect(values(found)).toEqual([
      'https://github.com/jane/hello <- git remote origin',
      'https://github.com/jane/hello.git',
      'https://github.com/jane/hello',
    ]);
  });

  test('the homepage is upstream’s; Vcs-* is the fork’s', () => {
    const remotes = {
      'remote.origin.url': 'https://salsa.debian.org/jane/hello.git',
      'remote.upstream.url': 'https://github.com/joe/hello',
    };
    expect(values(findHomepage(git(remotes), [], 'hello'))).toEqual([
      'https://github.com/joe/hello <- git remote upstream',
      'https://salsa.debian.org/jane/hello.git',
      'https://salsa.debian.org/jane/hello',
    ]);
  });

  test('the only remote, under any name; insteadOf is undone', () => {
    const config = { 'remote.gh.url': 'gh:jane/hello', 'url.git@github.com:.insteadof': 'gh:' };
    expect(findHomepage(git(config), [], 'x').vcsGit?.value).toBe(
      'https://github.com/jane/hello.git',
    );
  });

  test('an untracked directory in a repository has no facts of git', () => {
    const facts = { ...git({ 'remote.origin.url': 'https://github.com/a/b' }), tracked: false };
    expect(values(findHomepage(facts, [], 'hello'))).toEqual([undefined, undefined, undefined]);
  });

  test.each([
    ['**Homepage:** <https://hello.example.org/x>.', 'https://hello.example.org/x'],
    ['see the [website](https://hello.example.org/) for more', 'https://hello.example.org/'],
    ['Project page: https://example.org/hello, and', 'https://example.org/hello'],
    ['    git clone https://github.com/joe/hello.git\n', 'https://github.com/joe/hello'],
    ['[releases](https://github.com/joe/hello-dkms/releases)', 'https://github.com/joe/hello-dkms'],
    ['like https://github.com/joe/other, but better', undefined],
    ['homepage: https://u:p@example.org/', undefined],
    ['homepage: http://192.168.1.1/hello', undefined],
    ['homepage: http://wiki.lan/hello', undefined],
    ['homepage: https://treiber.xn--p1ai/hello', 'https://treiber.xn--p1ai/hello'],
    ['[![x](https://img.shields.io/github/v/release/joe/hello)](x)', undefined],
  ])('README %j: %s', (readme, expected) => {
    const found = findHomepage(git(), sources({ 'README.md': readme }), 'hello');
    expect(found.homepage?.value).toBe(expected);
    expect(found.vcsGit).toBeUndefined();
  });
});

test.each([
  'https://cdrdv2.intel.com/v1/dl/getContent/705831',
  'http://www.wch.cn/download/CH341SER_LINUX_ZIP.html',
  'https://example.org/foo-1.2.tar.gz',
  'https://github.com/a/b/releases/download/v1/x.zip',
  'https://lore.kernel.org/all/x',
  'https://lists.sourceforge.net/lists/listinfo/e1000-devel',
  'https://www.mail-archive.com/x@y',
  'https://img.shields.io/badge/x-y-green.svg',
  'https://travis-ci.org/a/b',
  'https://github.com/a/b/actions/workflows/ci.yml',
  'https://www.gnu.org/licenses/gpl-2.0.html',
  'https://opensource.org/licenses/MIT',
  'https://github.com/a/b/issues',
  'https://discord.gg/x',
])('not a project page: %s', (url) => {
  const readme = `Project page: ${url}\n`;
  expect(findHomepage(git({}), sources({ 'README.md': readme }), 'foo').homepage).toBeUndefined();
});

test('the first address that is a project page', () => {
  const readme =
    'Website: https://example.org/foo.zip\nWebsite: https://www.dev47apps.com/droidcam/linux/\n';
  expect(findHomepage(git({}), sources({ 'README.md': readme }), 'foo').homepage?.value).toBe(
    'https://www.dev47apps.com/droidcam/linux/',
  );
});
