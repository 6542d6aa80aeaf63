import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { elapsed } from '../../src/report/task-board.ts';
import { TextReporter } from '../../src/report/text-reporter.ts';

/** A terminal, in which \r ESC[K clears the current line. */
class Screen {
  columns: number;
  readonly isTTY = true;
  readonly lines = [''];
  row = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals use control characters
    const drawn = text.replaceAll(/\u001b\[\?7[lh]/g, '');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals use control characters
    for (const [part] of drawn.matchAll(/\r\u001b\[K|\u001b\[1A|\n|[^\u001b\r\n]+/g)) {
      if (part === '\r\u001b[K') this.lines[this.row] = '';
      else if (part === '\u001b[1A') this.row--;
      else if (part === '\n') this.lines[++this.row] ??= '';
      else this.lines[this.row] += part;
    }
  }

  get shown(): string[] {
    return this.lines.filter((line) => line !== '');
  }
}

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => vi.useRealTimers());

test('each task has a line with its time, and the last line counts', () => {
  const screen = new Screen(80);
  const report = new TextReporter(screen, { live: true, colour: false });
  const first = report.task('6.1.0-56-amd64', 3);
  const second = report.task('6.12', 3);
  first.step('compiling duo 0.3.1');
  vi.advanceTimersByTime(65_000);
  second.briefStep('packing');
  expect(screen.shown).toEqual([
    '6.1.0-56-amd64 compiling duo 0.3.1 1:05',
    '6.12           packing 1:05',
    '0 of 3 done 1:05',
  ]);
  report.note('something to know');
  first.end();
  expect(screen.shown).toEqual(['something to know', '6.12 packing 1:05', '1 of 3 done 1:05']);
  second.end();
  expect(screen.shown).toEqual(['something to know']);
  expect(vi.getTimerCount()).toBe(0);
});

test('the time is updated without a new step', () => {
  const screen = new Screen(80);
  const task = new TextReporter(screen, { live: true, colour: false }).task('6.1', 1);
  task.step('compiling');
  vi.advanceTimersByTime(3000);
  expect(screen.shown).toEqual(['6.1 compiling 0:03']);
  task.end();
});

test('no line is wider than 40 columns, and each one has the kernel and the time', () => {
  const screen = new Screen(40);
  const report = new TextReporter(screen, { live: true, colour: false });
  const task = report.task('6.12.117+deb12-cloud-amd64', 12);
  task.step('compiling a driver with a long name 0.3.1');
  expect(screen.shown).toEqual(['6.12.11…d-amd64 compiling a drive… 0:00', '0 of 12 done 0:00']);
  task.advance({ done: 12, expected: 61, unit: 'objects', item: 'hal/phydm/phydm_hal.o' });
  expect(screen.shown[0]).toBe('6.12.11…d-amd64 12/61 …phydm_hal.o 0:00');
  for (const line of screen.shown) expect(line.length).toBeLessThan(40);
  task.end();
});

test('a step before the tasks, and one beside them, are not drawn over them', () => {
  const screen = new Screen(80);
  const report = new TextReporter(screen, { live: true, colour: false });
  report.briefProgress('reading');
  const task = report.task('6.1', 1);
  task.step('compiling');
  report.progress('fetching');
  report.advance({ done: 1, unit: 'bytes' });
  vi.advanceTimersByTime(2000);
  expect(screen.shown).toEqual(['6.1 compiling 0:02']);
  task.end();
});

test('not more tasks are shown than the terminal has lines', () => {
  const screen = new Screen(80);
  const report = new TextReporter(screen, { live: true, colour: false });
  const tasks = Array.from({ length: 40 }, (_, i) => report.task(`6.${i}`, 50));
  for (const task of tasks) task.step('compiling');
  expect(screen.lines).toHaveLength(23);
  expect(screen.shown.at(-1)).toBe('0 of 50 done 0:00');
  for (const task of tasks) task.end();
  expect(screen.shown).toEqual([]);
});

test('a terminal that became narrower: the lines that it broke are erased, too', () => {
  const written: string[] = [];
  const sink = { write: (text: string) => written.push(text), columns: 100, isTTY: true };
  const report = new TextReporter(sink, { live: true, colour: false });
  const task = report.task('6.1.0-56-amd64', 1);
  task.step('x'.repeat(90));
  sink.columns = 30;
  written.length = 0;
  report.note('told');
  // A line of 99 characters takes four rows of 30.
  expect(written.join('').split('\u001b[1A')).toHaveLength(4);
  task.end();
});

test('the first error is told when it happens, once for all kernels; the total counts failures', () => {
  const screen = new Screen(80);
  const report = new TextReporter(screen, { live: true, colour: false });
  const [first, second] = [report.task('6.1', 2), report.task('6.12', 2)];
  for (const task of [first, second]) task.step('compiling');
  first.alert("a.c:3:1: error: 'x' undeclared");
  second.alert("a.c:3:1: error: 'x' undeclared");
  expect(screen.shown[0]).toBe("error: 6.1: a.c:3:1: error: 'x' undeclared");
  first.end('failed');
  expect(screen.shown.slice(1)).toEqual(['6.12 compiling 0:00', '1 of 2 done, 1 failed 0:00']);
  second.end();
});

test('the time that is left, once there is enough to judge by', () => {
  const screen = new Screen(80);
  const report = new TextReporter(screen, { live: true, colour: false });
  const task = report.task('6.1', 2);
  task.step('compiling');
  vi.advanceTimersByTime(60_000);
  task.advance({ done: 50, expected: 100, unit: 'objects', item: 'a.o' });
  expect(screen.shown.at(-1)).toBe('0 of 2 done, about 3 min left 1:00');
  task.end();
});

test('in a pipe, each step is a line, but brief steps are not shown', () => {
  const written: string[] = [];
  const report = new TextReporter(
    { write: (text: string) => written.push(text) },
    { live: false, colour: false },
  );
  const task = report.task('6.1', 2);
  task.briefStep('looking');
  task.advance({ done: 1, unit: 'objects', item: 'a.o' });
  task.alert('a.c:1:1: error: x');
  task.step('compiling\u001b[2J');
  task.end();
  expect(written).toEqual(['6.1: compiling\n']);
});

test.each([
  [0.9, '0 s'],
  [59.9, '59 s'],
  [60, '1 min 0 s'],
  [3725, '62 min 5 s'],
])('%d seconds: %s', (seconds, text) => {
  expect(elapsed(seconds)).toBe(text);
});
