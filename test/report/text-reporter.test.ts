import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { TextReporter } from '../../src/report/text-reporter.ts';

function reporter(options: { live?: boolean; colour?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  const sink = { write: (text: string) => written.push(text), columns: options.columns };
  const { live = false, colour = false } = options;
  return { report: new TextReporter(sink, { live, colour }), text: () => written.join('') };
}

const CLEAR = '\r\u001b[K';
const drawn = (line: string) => `${CLEAR}\u001b[?7l${line}\u001b[?7h`;

describe('in a pipe', () => {
  test('messages are plain lines', () => {
    const { report, text } = reporter();
    report.progress('compiling');
    report.note('done');
    report.warn('odd', 'do this');
    report.finish();
    expect(text()).toBe('compiling\ndone\nwarning: odd\n  do this\n');
  });

  test.each([
    [{}, undefined, 'dkms-deb: error: wrong\n'],
    [{ where: { file: 'a/dkms.conf' } }, undefined, 'dkms-deb: error: a/dkms.conf: wrong\n'],
    [
      { where: { file: 'f', line: 7 }, output: ['x', 'y'], hint: 'Mend it.' },
      '6.1',
      'dkms-deb: error: 6.1: f:7: wrong\n  | x\n  | y\n  Mend it.\n',
    ],
  ])('an error %#', (details, subject, expected) => {
    const { report, text } = reporter();
    report.failure(new InputError('code', 'wrong', details), subject);
    expect(text()).toBe(expected);
  });
});

describe('on a terminal', () => {
  test('progress is a live line, which is cleared before any other output', () => {
    const { report, text } = reporter({ live: true });
    report.progress('one');
    report.progress('two');
    report.note('three');
    report.finish();
    expect(text()).toBe(`${drawn('one')}${drawn('two')}${CLEAR}three\n`);
  });

  test.each([
    [40, `${'x'.repeat(38)}…`],
    [5, `${'x'.repeat(19)}…`],
    [0, `${'x'.repeat(78)}…`],
    [undefined, `${'x'.repeat(78)}…`],
  ])('%s columns', (columns, line) => {
    const { report, text } = reporter({
      live: true,
      ...(columns === undefined ? {} : { columns }),
    });
    report.progress('x'.repeat(100));
    expect(text()).toBe(drawn(line));
    report.finish();
  });

  test('a message is cut at the width, and line breaks become blanks', () => {
    const { report, text } = reporter({ live: true, columns: 40 });
    report.progress('y'.repeat(39));
    report.progress('a\nb');
    expect(text()).toBe(drawn('y'.repeat(39)) + drawn('a b'));
  });

  test('a surrogate pair is not cut in two', () => {
    const { report, text } = reporter({ live: true, columns: 40 });
    report.progress('😀'.repeat(60));
    expect(text()).toBe(drawn(`${'😀'.repeat(38)}…`));
  });

  test('uses colours if they are chosen', () => {
    const { report, text } = reporter({ colour: true });
    report.warn('odd');
    report.failure(new InputError('code', 'wrong'));
    expect(text()).toBe(
      '\u001b[33mwarning:\u001b[39m odd\n\u001b[31mdkms-deb: error:\u001b[39m wrong\n',
    );
  });
});

describe('in GitHub Actions', () => {
  const github = () => {
    const written: string[] = [];
    const sink = { write: (text: string) => written.push(text) };
    const report = new TextReporter(sink, { live: false, colour: false, github: true });
    return { report, lines: () => written.join('').trimEnd().split('\n') };
  };

  test('steps are lines, and the output of make is a group when the task ends', () => {
    const { report, lines } = github();
    const [first, second] = [report.task('6.1', 2), report.task('6.12', 2)];
    first.step('compiling');
    second.step('compiling');
    second.transcript('  CC [M]  a.o\n::error::x\u001b[31m\n');
    second.end('failed');
    first.end();
    expect(lines()).toEqual([
      '6.1: compiling',
      '6.12: compiling',
      '::group::6.12: output of make, failed after 0:00',
      '  CC [M]  a.o',
      ': :error::x',
      '::endgroup::',
    ]);
  });

  test('of a long output of make, the end', () => {
    const { report, lines } = github();
    const task = report.task('6.1', 1);
    task.transcript('x\n'.repeat(2500));
    task.end();
    expect(lines()).toHaveLength(2003);
    expect(lines()[1]).toBe('[… 500 lines are left out …]');
  });

  test('what a driver writes is not a command', () => {
    const { report, lines } = github();
    report.note('::add-mask::x\n  ::error::y ##[group]z');
    expect(lines()).toEqual([': :add-mask::x', '  : :error::y ## [group]z']);
  });
});

test('after a signal: what was stopped, and what is left behind', () => {
  const { report, text } = reporter();
  const [first, second] = [report.task('6.1', 2), report.task('6.12', 2)];
  first.step('compiling duo 1');
  second.end();
  report.interrupted('SIGINT', [], '/log');
  expect(text()).toBe(
    '6.1: compiling duo 1\ndkms-deb: stopped by SIGINT: 6.1 (compiling duo 1)\n  Unfinished files are removed; results that were printed are complete.\n  Logs of the builds stay in /log\n',
  );
});

test('after a signal: paths that could not be removed', () => {
  const { report, text } = reporter();
  report.progress('fetching package lists');
  report.interrupted('SIGTERM', ['/tmp/x'], '/log');
  expect(text().split('\n').slice(1, 3)).toEqual([
    'dkms-deb: stopped by SIGTERM: fetching package lists',
    '  Left behind, because it could not be removed: /tmp/x',
  ]);
});

test("escape sequences of a program's output are removed", () => {
  const { report, text } = reporter();
  const output = ['\u001b[31mred\u001b[0m', 'a\rb', '\u0007\u001b]0;title\u0007x\ty'];
  report.failure(new InputError('code', 'bad name \u001b[2Jx', { output }));
  expect(text()).toBe('dkms-deb: error: bad name x\n  | red\n  | ab\n  | x\ty\n');
});
