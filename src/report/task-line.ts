import { cut } from './live-block.ts';
import type { Advance } from './reporter.ts';

/** What a live line shows of a task. */
export interface TaskState {
  /** What the task is about, such as a kernel. Empty for a step of a command that has no tasks. */
  readonly subject: string;
  readonly step: string;
  readonly advance?: Advance | undefined;
  readonly seconds: number;
}

/**
 * A line must have at least BAR_FROM characters to show a bar, and at least STEP_FROM to show both the step and the
 * current file.
 */
const BAR_FROM = 60;
const STEP_FROM = 100;
const CELLS = 10;

/**
 * Returns the live line of a task. The line has at most `width` characters; `width` must be at least 19. The count and
 * the time are never shortened. A file is shortened at its beginning, a step at its end. The subject is shortened in
 * its middle, because kernels of one flavour differ at the beginning, and those of one version at the end. `pad` is the
 * width of the longest subject, so that lines are in columns.
 */
export function taskLine(
  { subject, step, advance, seconds }: TaskState,
  width: number,
  { pad = 0, isTimed = true } = {},
): string {
  const time = isTimed ? clock(seconds) : '';
  const room = Math.floor(width * (width < BAR_FROM ? 0.4 : 0.5));
  const name = subject && cutMiddle(subject, room).padEnd(Math.min(pad, room));
  const { item } = advance ?? {};
  const isStepShown = item !== undefined && width >= STEP_FROM;
  const counts = advance === undefined ? [] : countsOf(advance, width);
  // A long step takes at most half of what the fixed parts leave, so that the item has room, too.
  const fixedParts = [name, ...counts, time].filter(Boolean).join(' ');
  const half = Math.floor((width - [...fixedParts].length) / 2) - 1;
  const stepShown = isStepShown ? [cut(step, half)] : [];
  const head = [name, ...stepShown, ...counts].filter(Boolean).join(' ');
  const fixed = [head, time].filter(Boolean).join(' ');
  const left = width - (fixed === '' ? 0 : [...fixed].length + 1);
  const rest = item === undefined ? cut(step, left) : cutStart(item, left);
  return [head, left > 3 ? rest : '', time].filter(Boolean).join(' ');
}

/**
 * Returns the bar and the count. taskLine does not cut them. A line of fewer than BAR_FROM characters has no bar, and
 * its count has no unit `objects`.
 */
function countsOf({ done, expected, unit }: Advance, width: number): string[] {
  // If more is done than was expected, the expected number was wrong, and is no longer shown.
  const known = expected !== undefined && expected >= done && expected > 0 ? expected : undefined;
  const bar = known !== undefined && width >= BAR_FROM ? [barOf(done / known)] : [];
  if (unit === 'bytes') return [...bar, formatBytes(done, known)];
  if (known !== undefined) return [...bar, `${done}/${known}`];
  return [width < BAR_FROM ? `${done}` : `${done} ${done === 1 ? 'object' : 'objects'}`];
}

function barOf(share: number): string {
  const full = Math.floor(share * CELLS);
  return `[${'#'.repeat(full)}${'-'.repeat(CELLS - full)}]`;
}

/** Formats a number of bytes as `3.1/12 MiB`, with the expected number if that is known; below 1 MiB in KiB. */
export function formatBytes(done: number, expected?: number): string {
  const sizes = expected === undefined ? [done] : [done, expected];
  if ((expected ?? done) < 1024 * 1024) {
    return `${sizes.map((bytes) => Math.ceil(bytes / 1024)).join('/')} KiB`;
  }
  const mebibytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(bytes < 10485760 ? 1 : 0);
  return `${sizes.map(mebibytes).join('/')} MiB`;
}

/** Formats a time in seconds as `0:05`, `12:05` or `1:00:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = whole % 60;
  const two = (value: number) => `${value}`.padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Shortens a text to `width` characters by leaving out its middle. */
function cutMiddle(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  const end = Math.floor((width - 1) / 2);
  return `${characters.slice(0, width - 1 - end).join('')}…${characters.slice(-end).join('')}`;
}

/** Shortens a text to `width` characters by leaving out its beginning. */
function cutStart(text: string, width: number): string {
  const characters = [...text];
  return characters.length > width ? `…${characters.slice(1 - width).join('')}` : text;
}
