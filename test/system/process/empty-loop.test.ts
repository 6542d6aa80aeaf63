import { expect, test } from 'vitest';
import { watchForAbandonment } from '../../../src/system/process/empty-loop.ts';

test('reports work that can never end', () => {
  let told = 0;
  void watchForAbandonment(new Promise(() => {}), () => told++);
  process.emit('beforeExit', 0);
  expect(told).toBe(1);
  process.removeAllListeners('beforeExit');
});

test('does not report work that has ended, with or without an error', async () => {
  let told = 0;
  await watchForAbandonment(Promise.resolve(), () => told++);
  const failing = watchForAbandonment(Promise.reject(new Error('x')), () => told++);
  await expect(failing).rejects.toThrow('x');
  process.emit('beforeExit', 0);
  expect(told).toBe(0);
});
