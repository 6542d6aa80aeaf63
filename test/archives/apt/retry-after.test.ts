import { expect, test } from 'vitest';
import { callPatiently, pauseOf } from '../../../src/archives/apt/retry-after.ts';
import type { RunResult } from '../../../src/system/process/run.ts';

const NOW = Date.parse('Fri, 27 Nov 2026 18:00:00 GMT');

/** What apt's http method writes with Debug::Acquire::http. */
const answer = (status: string, ...fields: string[]) =>
  `GET /x HTTP/1.1\r\nHost: h\r\n\r\nAnswer for: http://h/x\nHTTP/1.1 ${status}\r\n${fields.join('\r\n')}\r\n\r\n`;

test.each([
  ['429 Too Many Requests', ['Retry-After: 7', 'Date: x'], { seconds: 7 }],
  ['503 Service Unavailable', ['retry-after: Fri, 27 Nov 2026 18:00:30 GMT'], { seconds: 30 }],
  ['503 Service Unavailable', ['retry-after: Fri, 27 Nov 2026 17:00:00 GMT'], { seconds: 0 }],
  ['509 Bandwidth Limit Exceeded', ['retry-after: soon'], { seconds: undefined }],
  ['429 Too Many Requests', [], { seconds: undefined }],
  ['404 Not Found', ['Retry-After: 7'], undefined],
  ['200 OK', [], undefined],
])('%s %j', (status, fields, pause) => {
  expect(pauseOf(answer('200 OK') + answer(status, ...fields), NOW)).toEqual(pause);
});

function results(...stderr: string[]) {
  const left = [...stderr];
  const waits: number[] = [];
  const call = async () => {
    const text = left.shift() ?? '';
    return { exitStatus: text === '' ? 0 : 100, stderr: text } as RunResult;
  };
  const wait = async (seconds: number) => waits.push(seconds);
  return { waits, result: callPatiently(call, wait) };
}

test('without Retry-After the pauses get longer; after six the failure is returned', async () => {
  const { result, waits } = results(...Array.from({ length: 9 }, () => answer('429 Too Many')));
  expect((await result).exitStatus).toBe(100);
  expect(waits).toEqual([2, 4, 8, 16, 32, 64]);
});

test('success after a pause; another failure, or too long a pause, is returned at once', async () => {
  const good = results(answer('503 x', 'Retry-After: 3'));
  expect((await good.result).exitStatus).toBe(0);
  expect(good.waits).toEqual([3]);
  for (const text of [answer('500 x', 'Retry-After: 3'), answer('429 x', 'Retry-After: 121')]) {
    const bad = results(text);
    expect((await bad.result).exitStatus).toBe(100);
    expect(bad.waits).toEqual([]);
  }
});
