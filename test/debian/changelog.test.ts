import { describe, expect, test } from 'vitest';
import { type ChangelogProblem, parseChangelog } from '../../src/debian/changelog.ts';
import { formatChange, formatEntry, prependEntry } from '../../src/debian/changelog-entry.ts';

const TEXT = `hello-dkms (1:2.0-1) unstable experimental; urgency=HIGH (fix), binary-only=yes

  * New upstream release. (Closes: #123)

    + more

 -- Jörg Ñandú <joerg@example.org>  Sat, 21 Nov 2026 06:52:00 +0100

hello-dkms (1.0) UNRELEASED; urgency=medium

  * Initial release.

 -- A <a@b>  Thu, 01 Jan 1970 00:00:00 +0000
`;

describe('parseChangelog', () => {
  test('reads every part', () => {
    const [first, second, ...others] = parseChangelog(TEXT, 'debian/changelog');
    expect(others).toEqual([]);
    expect(first).toEqual({
      source: 'hello-dkms',
      version: '1:2.0-1',
      distributions: ['unstable', 'experimental'],
      urgency: 'high',
      binaryOnly: true,
      changes: ['  * New upstream release. (Closes: #123)', '', '    + more'],
      maintainer: { name: 'Jörg Ñandú', email: 'joerg@example.org' },
      date: 'Sat, 21 Nov 2026 06:52:00 +0100',
      timestamp: 1795240320,
      line: 1,
    });
    expect(second).toMatchObject({ version: '1.0', timestamp: 0, line: 9, binaryOnly: false });
  });

  test('reads CRLF', () => {
    const entries = parseChangelog(TEXT.replaceAll('\n', '\r\n'), 'c');
    expect(entries.map(({ version }) => version)).toEqual(['1:2.0-1', '1.0']);
  });

  test('stops after maxEntries', () => {
    const text = `${TEXT}\n!garbage\n`;
    expect(parseChangelog(text, 'c', { maxEntries: 1 })).toHaveLength(1);
    expect(() => parseChangelog(text, 'c', { maxEntries: 3 })).toThrow(/heading|end of the file/);
  });

  test.each([
    ['vim:ts=8\nwhatever'],
    ['Local variables:\nmode: x'],
    ['Old Changelog:\n  x'],
    ['Mon Jan  1 1996  A B <a@b>\n\n * x'],
    ['$Id: x $\n# comment\n/* c */\n\n'],
  ])('ignores %j at the end', (tail) => {
    expect(parseChangelog(`${TEXT}\n${tail}`, 'c')).toHaveLength(2);
  });

  test.each([
    ['', 1, 'end of the file'],
    ['\n', 1, 'blank line'],
    ['hello (1.0) unstable; urgency=low\n', 1, 'end of the file'],
    [TEXT.replace(' -- Jörg', '-- Jörg'), 7, 'heading'],
    [TEXT.replace(' -- Jörg', ' --Jörg'), 7, 'trailer'],
    [TEXT.replace('>  Sat', '> Sat'), 7, 'two spaces'],
    [TEXT.replace('21 Nov', '21 Nob'), 7, 'month'],
    [TEXT.replace('Sat, 21', '21/'), 7, 'trailer'],
    [TEXT.replace(' -- A <a@b>', ' -- A a@b'), 13, 'trailer'],
    [TEXT.replace('(1:2.0-1)', '(v2)'), 1, 'version "v2"'],
    [TEXT.replace('urgency=medium', 'urgent'), 9, 'key-value'],
    [TEXT.replace('urgency=medium', 'urgency=low, urgency=low'), 9, 'repeated'],
    [TEXT.replace('urgency=medium', 'color=red'), 9, 'unknown key'],
    [TEXT.replace('(1.0)', ''), 9, 'heading'],
    [TEXT.replace('  * Initial', ' * Initial'), 11, 'indented by two'],
    [TEXT.replace('  * Initial release.\n', ''), 12, 'trailer where start of change data'],
    [TEXT.replace(/^ -- Jörg.*$/mu, ''), 9, 'start of an entry'],
    [`\uFEFF${TEXT}`, 1, 'heading'],
  ])('error %#', (text, line, reason) => {
    expect(() => parseChangelog(text, 'debian/changelog')).toThrow(
      expect.objectContaining({
        code: 'changelog-syntax',
        where: { file: 'debian/changelog', line },
        message: expect.stringContaining(reason),
      }),
    );
  });

  test('continues after problems if onProblem is given', () => {
    const problems: ChangelogProblem[] = [];
    const text = `${TEXT.replace('21 Nov', '21 Nob')}\nxyz !\n`;
    const entries = parseChangelog(text, 'c', { onProblem: (problem) => problems.push(problem) });
    expect(entries.map(({ version }) => version)).toEqual(['1.0']);
    expect(problems.map(({ line }) => line)).toEqual([7, 15]);
  });
});

describe('formatEntry', () => {
  const entry = {
    source: 'hello-dkms',
    version: '1.0-1',
    distributions: ['UNRELEASED'],
    urgency: 'medium',
    changes: ['* Initial release.', '', '  [ A ]', '  * x'],
    maintainer: { name: 'A B', email: 'a@b.c' },
    timestamp: 1795240320,
  };
  const text = `hello-dkms (1.0-1) UNRELEASED; urgency=medium

  * Initial release.

  [ A ]
  * x

 -- A B <a@b.c>  Sat, 21 Nov 2026 05:52:00 +0000
`;

  test('writes what parseChangelog reads', () => {
    expect(formatEntry(entry)).toBe(text);
    const [read] = parseChangelog(text, 'c');
    if (!read) throw new Error('nothing read');
    expect(formatEntry(read)).toBe(text);
  });

  test('prepends an entry without changing the rest', () => {
    expect(prependEntry('', entry)).toBe(text);
    expect(prependEntry('\n', entry)).toBe(text);
    const odd = `${TEXT}\n\nvim:ts=2`;
    expect(prependEntry(odd, entry)).toBe(`${text}\n${odd}`);
    expect(parseChangelog(prependEntry(odd, entry), 'c')).toHaveLength(3);
  });

  test('binary-only', () => {
    expect(formatEntry({ ...entry, binaryOnly: true })).toContain(
      'urgency=medium, binary-only=yes\n',
    );
  });

  test.each([
    [{ source: 'A' }, 'package-name'],
    [{ version: 'v1' }, 'version'],
    [{ distributions: [] }, 'changelog-field'],
    [{ distributions: ['a;b'] }, 'changelog-field'],
    [{ urgency: '' }, 'changelog-field'],
    [{ changes: [''] }, 'changelog-field'],
    [{ maintainer: { name: '', email: 'a@b' } }, 'changelog-field'],
    [{ maintainer: { name: 'A\n -- B', email: 'a@b' } }, 'changelog-field'],
    [{ maintainer: { name: 'A', email: 'a b' } }, 'changelog-field'],
    [{ changes: ['x\u001b[2J'] }, 'control-character'],
  ])('refuses %j', (change, code) => {
    expect(() => formatEntry({ ...entry, ...change })).toThrow(expect.objectContaining({ code }));
  });

  test('a change cannot forge a trailer or an entry', () => {
    const changes = ['x\n -- E <e@e>  Sat, 21 Nov 2026 05:52:00 +0000\nevil (1) sid; urgency=low'];
    const read = parseChangelog(formatEntry({ ...entry, changes }), 'c');
    expect(read).toHaveLength(1);
    expect(read[0]?.maintainer.name).toBe('A B');
  });
});

test('formatChange', () => {
  expect(formatChange(`New upstream release ${'word '.repeat(12)}(Closes: #1).`)).toEqual([
    '  * New upstream release word word word word word word word word word word word',
    '    word (Closes: #1).',
  ]);
});
