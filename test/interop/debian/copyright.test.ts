import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatEntry } from '../../../src/debian/changelog-entry.ts';
import { formatStanza, listValue } from '../../../src/debian/control-field.ts';
import { formatCopyright } from '../../../src/debian/copyright.ts';
import { parseDeb822 } from '../../../src/debian/deb822.ts';
import { formatDescription, tidySynopsis } from '../../../src/debian/description.ts';
import { licenseNames } from '../../../src/debian/spdx.ts';
import { InputError } from '../../../src/errors.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { copyrightCorpus } from '../../support/copyright-corpus.ts';
import { perl } from '../../support/perl.ts';
import { readCopyright } from '../../support/read-copyright.ts';

const LICENSES = new URL('../../../templates/licenses/', import.meta.url);
const shipped = readdirSync(LICENSES).map((name) => name.replace(/\.txt$/, ''));
const texts = (name: string) =>
  shipped.includes(name) ? readFileSync(new URL(`${name}.txt`, LICENSES), 'utf8') : undefined;

describe('copyright files', () => {
  const corpus = copyrightCorpus();

  test('are read, or refused if dpkg refuses them', async () => {
    // For each file: does dpkg accept every stanza?
    const script = String.raw`use Dpkg::Control::HashCore; while (<STDIN>) { chomp; open(my $fh, '<', $_) or die;
      print eval { 1 while Dpkg::Control::HashCore->new()->parse($fh, $_); 1 } ? "read\n" : "refused\n" }`;
    const answers = await withTemporaryDirectory('copyrights', async (directory) => {
      const paths = [...corpus.keys()].map((_, index) => join(directory, String(index)));
      const texts = [...corpus.values()];
      await Promise.all(paths.map((path, index) => writeFile(path, texts[index] ?? '')));
      const { stdout } = await perl(script, paths.map((path) => `${path}\n`).join(''));
      return stdout.trimEnd().split('\n');
    });
    const counts = { read: 0, refused: 0 };
    for (const [index, [name, text]] of [...corpus].entries()) {
      let ours: keyof typeof counts = 'read';
      try {
        expect(parseDeb822(text, name).toString() === text, name).toBe(true);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        ours = 'refused';
      }
      counts[ours]++;
      // dpkg's Perl modules accept a line of one word as an empty field; Policy 5.1 requires a colon.
      const dpkg = /^[^\s:#-][^\s:]*[ \t]*$/m.test(text) ? 'refused' : answers[index];
      expect(`${name} ${ours}`, text).toBe(`${name} ${dpkg}`);
    }
    expect(counts.read).toBeGreaterThan(150);
    expect(counts.refused).toBeGreaterThan(30);
  });

  test('are written and read again without changes', () => {
    let written = 0;
    for (const [name, content] of corpus) {
      let read: ReturnType<typeof readCopyright>;
      try {
        read = readCopyright(content);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        continue;
      }
      const own = new Map(read.licenses.map((license) => [license.name, license.text]));
      const whole = read.files.filter(
        ({ patterns, copyright, license }) => patterns[0] && copyright[0] && license,
      );
      const text = formatCopyright({ ...read, files: whole }, (each) => own.get(each) ?? 'unknown');
      expect(readCopyright(text).files, name).toEqual(whole);
      written++;
    }
    expect(written).toBeGreaterThan(150);
  });
});

test('lintian has no tags for the files that we write', async () => {
  const licenses = shipped.filter((name) => name !== 'Linux-syscall-note');
  const files = [
    {
      patterns: ['*'],
      copyright: ['2019-2024 Jörg Ñandú <j@example.org>', '2020 B'],
      license: 'GPL-2',
    },
    ...licenses.map((license, index) => ({
      patterns: [`src/${index}.c`],
      copyright: ['2020 C'],
      license,
    })),
    {
      patterns: ['src/x.c'],
      copyright: ['2021 D'],
      license: 'GPL-2+ with Linux-syscall-note exception or Linux-OpenIB',
    },
    { patterns: ['debian/*'], copyright: ['2024 E'], license: 'GPL-2+' },
  ];
  const copyright = formatCopyright(
    {
      upstreamName: 'hello',
      upstreamContact: ['Jörg Ñandú <j@example.org>'],
      source: 'https://example.org/hello',
      files,
    },
    texts,
  );
  expect(licenseNames(files.map(({ license }) => license).join(' or ')).length).toBe(
    licenses.length + 1,
  );
  const description = formatDescription(tidySynopsis('The driver for hello devices.'), [
    'Hello is a kernel module that says hello to everybody who plugs a device in. '.repeat(3),
    'It knows:\n* one\n* two',
  ]);
  const maintainer = { name: 'Jörg Ñandú', email: 'j@debian.org' };
  const source = formatStanza([
    ['Source', 'hello'],
    ['Section', 'kernel'],
    ['Priority', 'optional'],
    ['Maintainer', `${maintainer.name} <${maintainer.email}>`],
    ['Standards-Version', '4.6.2'],
    ['Rules-Requires-Root', 'no'],
    ['Homepage', 'https://example.org/hello'],
    ['Build-Depends', listValue(['debhelper-compat (= 13)', 'bc'])],
  ]);
  const binary = formatStanza([
    ['Package', 'hello-data'],
    ['Architecture', 'all'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a substvar
    ['Depends', '${misc:Depends}'],
    ['Description', description],
  ]);
  const changelog = formatEntry({
    source: 'hello',
    version: '1.0',
    distributions: ['unstable'],
    urgency: 'medium',
    changes: ['* New version.'],
    maintainer,
    timestamp: 1_700_000_000,
  });
  const output = await withTemporaryDirectory('lintian', async (directory) => {
    const tree = join(directory, 'hello-1.0');
    const debian = join(tree, 'debian');
    await mkdir(join(debian, 'source'), { recursive: true });
    await mkdir(join(tree, 'src'));
    await writeFile(join(tree, 'README'), 'hello\n');
    for (const index of [...licenses.keys(), 'x'])
      await writeFile(join(tree, 'src', `${index}.c`), '\n');
    await writeFile(join(debian, 'source/format'), '3.0 (native)\n');
    await writeFile(join(debian, 'control'), `${source}\n${binary}`);
    await writeFile(join(debian, 'changelog'), changelog);
    await writeFile(join(debian, 'copyright'), copyright);
    await writeFile(join(debian, 'rules'), '#!/usr/bin/make -f\n%:\n\tdh $@\n', { mode: 0o755 });
    await run('dpkg-source', ['-b', tree], { cwd: directory });
    // The binary package's own checks: control, changelog.Debian, copyright.
    await run('fakeroot', ['dpkg-buildpackage', '-b', '-us', '-uc', '-d'], {
      cwd: tree,
      timeoutSeconds: 200,
    });
    const options = [
      '--no-cfg',
      '--allow-root',
      '--fail-on',
      'none',
      '--display-info',
      '--pedantic',
    ];
    const { stdout } = await run(
      'lintian',
      [...options, 'hello_1.0.dsc', 'hello-data_1.0_all.deb'],
      {
        cwd: directory,
        timeoutSeconds: 200,
      },
    );
    return stdout;
  });
  // These tags are about the empty package, not about the files that we write.
  const elsewhere =
    /empty-binary-package|no-manual-page|extended-description-is-probably-too-short|debian-watch|bad-distribution|newer-standards|no-nmu|source-nmu|initial-upload/;
  expect(output.split('\n').filter((line) => line !== '' && !elsewhere.test(line))).toEqual([]);
});
