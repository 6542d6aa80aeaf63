import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as debianControl from 'debian-control';
import { describe, expect, test } from 'vitest';
import { type Field, formatStanza } from '../../../src/debian/control-field.ts';
import { parseDeb822 } from '../../../src/debian/deb822.ts';
import { run } from '../../../src/system/process/run.ts';
import { perl } from '../../support/perl.ts';
import { Seeded } from '../../support/seeded.ts';

const STATUS = '/var/lib/dpkg/status';
const LISTS = '/var/lib/apt/lists';

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

async function packagesLists(): Promise<string[]> {
  const names = (await readdir(LISTS)).filter((name) =>
    /_Packages(?:\.lz4|\.xz|\.gz)?$/.test(name),
  );
  const texts: string[] = [];
  for (const name of names) {
    // apt may keep its lists compressed.
    const command = '/usr/lib/apt/apt-helper cat-file "$1" | head -c 4000000';
    const { stdout } = await run('bash', ['-c', command, 'bash', join(LISTS, name)]);
    texts.push(stdout.slice(0, stdout.lastIndexOf('\n\n') + 1));
  }
  return texts;
}

describe('real control files', () => {
  test('every stanza of the dpkg status file', async () => {
    const text = readFileSync(STATUS, 'utf8');
    expect(parseDeb822(text, STATUS).toString()).toBe(text);
    const { stdout } = await perl(DUMP, text);
    expect(lowerNames(dump(text))).toEqual(lowerNames(stdout));
  });

  test('dpkg-query agrees', async () => {
    const names = ['Package', 'Version', 'Architecture', 'Depends', 'Maintainer', 'Description'];
    const { stdout } = await run('dpkg-query', [
      '-W',
      '-f',
      `${names.map((name) => `\${${name}}`).join('\t')}\u001e`,
    ]);
    // dpkg-query keeps blanks at line ends; Policy 5.1 says that they mean nothing.
    const answers = stdout
      .replace(/[ \t]+$/gm, '')
      .split('\u001e')
      .slice(0, -1)
      .sort();
    const ours = parseDeb822(readFileSync(STATUS, 'utf8'), STATUS).paragraphs.map((paragraph) =>
      // dpkg-query shows continuation lines as they are in the file.
      names
        .map((name) =>
          (paragraph.getLines(name) ?? []).map((line) => (line === '' ? '.' : line)).join('\n '),
        )
        .join('\t'),
    );
    expect(ours.map((line) => line.replace(/[ \t]+$/gm, '')).sort()).toEqual(answers);
  });

  test("apt's package lists, up to 4 MB of each", async () => {
    const texts = await packagesLists();
    let stanzas = 0;
    for (const text of texts) {
      const document = parseDeb822(text, 'Packages');
      expect(document.toString() === text).toBe(true);
      stanzas += document.paragraphs.length;
      const { stdout } = await perl(DUMP, text);
      expect(lowerNames(dump(text))).toEqual(lowerNames(stdout));
    }
    if (texts.length > 0) expect(stanzas).toBeGreaterThan(0);
  });
});

test('debian-control agrees where it is right: one paragraph, no comments, LF', () => {
  const text = readFileSync(STATUS, 'utf8');
  const paragraphs = text.trimEnd().split('\n\n');
  const { paragraphs: ours } = parseDeb822(text, STATUS);
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

  test('comes back from dpkg with the same values, and from dpkg as the same text', async () => {
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
