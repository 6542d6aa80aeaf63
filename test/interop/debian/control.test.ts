import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as debianControl from 'debian-control';
import { describe, expect, test } from 'vitest';
import { type Field, formatStanza } from '../../../src/debian/control-field.ts';
import { parseDeb822 } from '../../../src/debian/deb822.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { statusFile } from '../../support/control-corpus.ts';
import { perl } from '../../support/perl.ts';
import { Seeded } from '../../support/seeded.ts';

const STATUS = statusFile();

/** Every stanza as dpkg's Perl modules read it: a field a line, newlines in values as `\n`. */
const DUMP = String.raw`use Dpkg::Control::HashCore;
  while (1) { my $c = Dpkg::Control::HashCore->new(allow_duplicate => 0);
    last unless $c->parse(\*STDIN, 'stdin');
    for my $name (keys %$c) { my $v = $c->{$name}; $v =~ s/\\/\\\\/g; $v =~ s/\n/\\n/g; print "$name: $v\n" }
    print "\n" }`;

function dump(text: string): string {
  return parseDeb822(text, 'stdin')
    .paragraphs.map((paragraph) => {
      const lines = paragraph.names().map((name) => {
        const value = (paragraph.get(name) ?? '').replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
        return `${name}: ${value}\n`;
      });
      return `${lines.join('')}\n`;
    })
    .join('');
}

/** dpkg writes field names its own way (`Sha256` for `SHA256`), so their case is not compared. */
function lowerNames(dumped: string): string[] {
  return dumped.split('\n').map((line) => line.replace(/^[^:]*/, (name) => name.toLowerCase()));
}

describe('a status file of dpkg', () => {
  test('is read as by dpkg, and written back byte for byte', async () => {
    expect(parseDeb822(STATUS, 'status').toString()).toBe(STATUS);
    const { stdout } = await perl(DUMP, STATUS);
    expect(lowerNames(dump(STATUS))).toEqual(lowerNames(stdout));
  });

  test('dpkg-query has the same results', async () => {
    const names = ['Package', 'Version', 'Architecture', 'Depends', 'Maintainer', 'Description'];
    const format = `${names.map((name) => `\${${name}}`).join('\t')}\u001e`;
    const { stdout } = await withTemporaryDirectory('status', async (directory) => {
      await writeFile(join(directory, 'status'), STATUS);
      // Without it dpkg-query takes every package for not installed.
      await mkdir(join(directory, 'info'));
      return run('dpkg-query', ['--admindir', directory, '-W', '-f', format]);
    });
    // dpkg-query keeps blanks at line ends; Policy 5.1 says that they mean nothing.
    const answers = stdout
      .replace(/[ \t]+$/gm, '')
      .split('\u001e')
      .slice(0, -1)
      .sort();
    const ours = parseDeb822(STATUS, 'status').paragraphs.map((paragraph) =>
      // dpkg-query shows continuation lines as they are in the file.
      names
        .map((name) =>
          (paragraph.getLines(name) ?? []).map((line) => (line === '' ? '.' : line)).join('\n '),
        )
        .join('\t'),
    );
    expect(ours.map((line) => line.replace(/[ \t]+$/gm, '')).sort()).toEqual(answers);
  });
});

test('debian-control agrees in the cases that it supports: one paragraph, no comments, LF', () => {
  const paragraphs = STATUS.trimEnd().split('\n\n');
  const { paragraphs: ours } = parseDeb822(STATUS, 'status');
  expect(ours.length).toBe(paragraphs.length);
  const simple = ['Package', 'Version', 'Architecture', 'Section', 'Installed-Size', 'Multi-Arch'];
  for (const [index, paragraph] of paragraphs.entries()) {
    const theirs = debianControl.parse(paragraph);
    for (const name of simple) expect(ours[index]?.get(name)).toBe(theirs[name]);
    expect(ours[index]?.names()).toEqual(Object.keys(theirs));
  }
});

describe('what formatStanza writes', () => {
  const random = new Seeded(5);
  const words = [
    'a',
    'é',
    '.',
    '..',
    '#x',
    'Key: value',
    '-',
    '',
    ' ',
    '  x',
    '-----BEGIN PGP SIGNATURE-----',
  ];
  const stanzas = Array.from({ length: 500 }, () =>
    random
      .list(1, 5, () => random.list(1, 5, () => random.pick(words)).join('\n'))
      .map((value, index): Field => [`Field${index}`, value]),
  );

  test('is read by dpkg with the same values, and written by dpkg as the same text', async () => {
    const text = stanzas
      .map(formatStanza)
      .filter((stanza) => stanza !== '')
      .join('\n');
    const { stdout } = await perl(DUMP, text);
    expect(lowerNames(dump(text))).toEqual(lowerNames(stdout));
    const script = String.raw`use Dpkg::Control::HashCore; while (1) { my $c = Dpkg::Control::HashCore->new();
      last unless $c->parse(\*STDIN, 'stdin'); print "$c\n" }`;
    expect((await perl(script, text)).stdout.trimEnd()).toBe(text.trimEnd());
  });
});
