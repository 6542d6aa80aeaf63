import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ChangelogEntry, parseChangelog } from '../../../src/debian/changelog.ts';
import { formatEntry, prependEntry } from '../../../src/debian/changelog-entry.ts';
import { formatDate } from '../../../src/debian/date.ts';
import { parseDeb822 } from '../../../src/debian/deb822.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
import { changelogCorpus, tidyEntries } from '../../support/changelog-corpus.ts';
import { perl } from '../../support/perl.ts';
import { Seeded } from '../../support/seeded.ts';

function fields(entry: ChangelogEntry): Record<string, string> {
  return {
    Source: entry.source,
    Version: entry.version,
    Distribution: entry.distributions.join(' '),
    Urgency: entry.urgency,
    Maintainer: `${entry.maintainer.name} <${entry.maintainer.email}>`,
    Date: entry.date,
    Timestamp: String(entry.timestamp),
    Changes: entry.changes.map((line) => line.trimEnd()).join('\n'),
    'Binary-Only': entry.binaryOnly ? 'yes' : '',
  };
}

/** The stanzas of `--format rfc822` in the same form; dpkg puts the header before the changes. */
function dpkgFields(rfc822: string): Record<string, string>[] {
  return parseDeb822(rfc822, 'rfc822').paragraphs.flatMap((stanza) => {
    // dpkg keeps an entry that it could not read to its end, we leave it out.
    if (!stanza.get('Timestamp')) return [];
    const names = [
      'Source',
      'Version',
      'Distribution',
      'Urgency',
      'Maintainer',
      'Date',
      'Timestamp',
    ];
    const [, , ...changes] = stanza.getLines('Changes') ?? [];
    while (changes[0] === '') changes.shift();
    return {
      ...Object.fromEntries(names.map((name) => [name, stanza.get(name) ?? ''])),
      Changes: changes.join('\n'),
      'Binary-Only': stanza.get('Binary-Only') ?? '',
    };
  });
}

interface Answer {
  readonly entries: Record<string, string>[];
  /** Lines with a warning. */
  readonly problems: number[];
}

/** What dpkg-parsechangelog(1)'s own function says to each text, in one process. */
async function askDpkg(texts: readonly string[]): Promise<Answer[]> {
  return withTemporaryDirectory('changelogs', async (directory) => {
    const paths = texts.map((_, index) => join(directory, String(index)));
    await Promise.all(texts.map((text, index) => writeFile(paths[index] ?? '', text)));
    const { stdout, stderr } = await perl(
      String.raw`use Dpkg::Changelog::Parse; while (<STDIN>) { chomp; print "\0";
        # It dies where there is no entry at all.
        my @entries = eval { changelog_parse(file => $_, format => 'rfc822', all => 1, changelogformat => 'debian') };
        print join("\n", @entries) }`,
      `${paths.join('\n')}\n`,
    );
    const answers = stdout.split('\0').slice(1);
    return texts.map((_, index) => {
      const warnings = stderr.matchAll(new RegExp(`/${index}\\(l(\\d+)\\): `, 'g'));
      const problems = new Set([...warnings].map(([, line]) => Number(line)));
      return { entries: dpkgFields(answers[index] ?? ''), problems: [...problems] };
    });
  });
}

function ask(text: string): Answer {
  const problems = new Set<number>();
  const entries = parseChangelog(text, 'c', { onProblem: ({ line }) => problems.add(line) });
  return { entries: entries.map(fields), problems: [...problems] };
}

describe('parseChangelog', () => {
  const changelogs = changelogCorpus();

  test('reads changelogs as dpkg does, warnings included', async () => {
    expect(changelogs.size).toBeGreaterThanOrEqual(100);
    const answers = await askDpkg([...changelogs.values()]);
    for (const [index, [name, text]] of [...changelogs].entries()) {
      expect(ask(text), name).toEqual(answers[index]);
    }
    expect(answers.flatMap(({ entries }) => entries).length).toBeGreaterThan(1000);
  });

  test('finds the first fault of a damaged changelog on the same line as dpkg', async () => {
    const random = new Seeded(7);
    const good = [...changelogs.values()].filter((text) => text.length < 5000);
    const noise = [
      ' ',
      '\t',
      '-',
      '(',
      ')',
      ';',
      ',',
      '<',
      '>',
      'x',
      ' -- ',
      '\r',
      '',
      '',
      '#',
      '=',
      ':',
      '1',
    ];
    const broken = Array.from({ length: 400 }, () => {
      const lines = random.pick(good).split('\n');
      for (let count = 1 + random.below(3); count > 0; count--) {
        const index = random.below(lines.length);
        const line = lines[index] ?? '';
        const at = random.pick([0, 1, 2, random.below(line.length + 1), line.length]);
        const changed = line.slice(0, at) + random.pick(noise) + line.slice(at + random.below(2));
        lines.splice(
          index,
          random.below(3),
          ...random.pick([[changed], [changed], [line, changed], ['']]),
        );
      }
      return lines.join('\n');
    });
    const answers = await askDpkg(broken);
    for (const [index, text] of broken.entries()) {
      const { entries, problems } = ask(text);
      const dpkg = answers[index];
      // What dpkg makes of the rest is guesswork; the first fault is where we stop.
      expect(problems[0], text).toBe(dpkg?.problems[0]);
      if (problems.length === 0) expect(entries, text).toEqual(dpkg?.entries);
    }
    expect(answers.filter(({ problems }) => problems.length > 0).length).toBeGreaterThan(100);
  });

  test('the command dpkg-parsechangelog has the same results', async () => {
    await withTemporaryDirectory('changelogs', async (directory) => {
      for (const [name, text] of [...changelogs].slice(0, 10)) {
        const file = join(directory, 'changelog');
        await writeFile(file, text);
        const args = ['-l', file, '--all', '--format', 'rfc822'];
        // It fails where there is no entry at all.
        const { stdout } = await run('dpkg-parsechangelog', args, { accept: ANY_STATUS });
        const entries = parseChangelog(text, name, { onProblem: () => undefined });
        expect(entries.map(fields), name).toEqual(dpkgFields(stdout));
      }
    });
  });

  test('formatEntry writes an entry of dch unchanged', () => {
    for (const text of tidyEntries()) {
      expect(parseChangelog(text, 'changelog').map(formatEntry)).toEqual([text]);
    }
  });
});

test('dpkg reads what dkms-deb writes', async () => {
  const entry = {
    source: 'hello-dkms',
    version: '1:1.2.3+git20261121.1a2b3c4-1~ppa1',
    distributions: ['noble'],
    urgency: 'medium',
    changes: ['* Neue Version, größer.', '', '  [ Jörg ]', '  * More.', ' -- E <e@e>  x', '.'],
    maintainer: { name: 'Jörg "X" Ñandú', email: 'j@example.org' },
    timestamp: 1795240320,
  };
  const text = prependEntry(formatEntry({ ...entry, version: '1:1.0-1', timestamp: 0 }), entry);
  await withTemporaryDirectory('changelog', async (directory) => {
    const file = join(directory, 'changelog');
    await writeFile(file, text);
    const { stdout, stderr } = await run('dpkg-parsechangelog', [
      '-l',
      file,
      '--all',
      '--format',
      'rfc822',
    ]);
    expect(stderr).toBe('');
    expect(dpkgFields(stdout)).toEqual(parseChangelog(text, file).map(fields));
  });
});

test('formatDate is date -u -R', async () => {
  const times = [0, 1, 951_782_400, 1_795_240_320, 2_147_483_648, 4_102_444_799, 253_402_300_799];
  const input = times.map((time) => `@${time}\n`).join('');
  const { stdout } = await run('date', ['-u', '-R', '-f', '-'], { input });
  expect(times.map(formatDate)).toEqual(stdout.trimEnd().split('\n'));
});
