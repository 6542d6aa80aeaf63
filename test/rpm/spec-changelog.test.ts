import { expect, test } from 'vitest';
import { specChangelog } from '../../src/rpm/spec-changelog.ts';

const entry = (version: string, date: string, ...changes: string[]) =>
  `foo (${version}) unstable; urgency=medium\n\n${changes.join('\n')}\n\n -- Ann <a@example.org>  ${date}\n`;

const textOf = (changelog: string) => specChangelog(changelog).map(({ text }) => text);

test('the weekday is that of the day in UTC, whatever the changelog says', () => {
  const text = entry('1.0-1', 'Mon, 01 Mar 2026 23:30:00 -0500', '  * One.');
  expect(textOf(text)).toEqual(['* Mon Mar 02 2026 Ann <a@example.org> - 1.0-1\n- One.']);
  const wrong = entry('1.0-1', 'Fri, 01 Mar 2026 10:00:00 +0000', '  * One.');
  expect(textOf(wrong)).toEqual(['* Sun Mar 01 2026 Ann <a@example.org> - 1.0-1\n- One.']);
});

test('a change on several lines becomes one line; headings are changes of their own', () => {
  const text = entry(
    '1.0',
    'Sun, 01 Mar 2026 10:00:00 +0000',
    '  [ Bob ]',
    '  * First, which',
    '    goes on.',
    '    - and a part of it',
    '  plain',
  );
  expect(textOf(text)[0]?.split('\n').slice(1)).toEqual([
    '- [ Bob ]',
    '- First, which goes on.',
    '- and a part of it plain',
  ]);
});

test('an entry with a later date than the one above it is moved up', () => {
  const text = [
    entry('2.0', 'Sun, 01 Mar 2026 10:00:00 +0000', '  * Two.'),
    entry('1.0', 'Mon, 02 Mar 2026 10:00:00 +0000', '  * One.'),
    entry('0.9', 'Sun, 01 Mar 2026 11:00:00 +0000', '  * Zero.'),
  ].join('\n');
  expect(specChangelog(text).map(({ version }) => version)).toEqual(['1.0-1', '2.0-1', '0.9-1']);
});

test('macros in changes and names arrive as text', () => {
  const text = entry('1.0', 'Sun, 01 Mar 2026 10:00:00 +0000', '  * %(id) and %{lua:x} \\');
  expect(textOf(text)[0]).toContain('- %%(id) and %%{lua:x}');
});
