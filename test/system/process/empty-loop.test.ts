import { expect, test } from 'vitest';
import { watchForAbandonment } from '../../../src/system/process/empty-loop.ts';

test('work that nobody will end is told when node has nothing left to wait for', () => {
  let told = 0;
  void watchForAbandonment(new Promise(() => {}), () => told++);
  process.emit('beforeExit', 0);
  expect(told).toBe(1);
  process.removeAllListeners('beforeExit');
});

test('work that has ended, well or not, is nothing to tell', async () => {
  let told = 0;
  await watchForAbandonment(Promise.resolve(), () => told++);
  const failing = watchForAbandonment(Promise.reject(new Error('x')), () => told++);
  await expect(failing).rejects.toThrow('x');
  process.emit('beforeExit', 0);
  expect(told).toBe(0);
});
