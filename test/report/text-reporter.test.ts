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
    expect(text()).toBe(`${CLEAR}one${CLEAR}two${CLEAR}three\n`);
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
    expect(text()).toBe(CLEAR + line);
  });

  test('a message is cut at the width, and line breaks become blanks', () => {
    const { report, text } = reporter({ live: true, columns: 40 });
    report.progress('y'.repeat(39));
    report.progress('a\nb');
    expect(text()).toBe(`${CLEAR}${'y'.repeat(39)}${CLEAR}a b`);
  });

  test('a surrogate pair is not cut in two', () => {
    const { report, text } = reporter({ live: true, columns: 40 });
    report.progress('😀'.repeat(60));
    expect(text()).toBe(`${CLEAR}${'😀'.repeat(38)}…`);
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

test("escape sequences of a program's output are removed", () => {
  const { report, text } = reporter();
  const output = ['\u001b[31mred\u001b[0m', 'a\rb', '\u0007\u001b]0;title\u0007x\ty'];
  report.failure(new InputError('code', 'bad name \u001b[2Jx', { output }));
  expect(text()).toBe('dkms-deb: error: bad name x\n  | red\n  | ab\n  | x\ty\n');
});
