import { expect, test } from 'vitest';
import { combine } from '../../../src/driver/derive/combine.ts';

const settled = (folder: string, built: boolean, failure?: string) => ({
  folder,
  settled: {
    way: { sourceRoot: '', make: `make -C ${folder}`, modules: [], from: folder },
    modules: [{ name: folder, folder }],
    warnings: failure === undefined ? [] : ['the trial build did not end in time'],
    built,
    failure,
  },
});

test('bug: of a folder whose trial build ran out of time, it was said that its makefile names no module', () => {
  const late = settled('b', false, 'its trial build did not end in time');
  const combined = combine([settled('a', true), late, { folder: 'c', settled: undefined }], []);
  expect(combined?.warnings).toEqual([
    'b/ is left out: its trial build did not end in time',
    'c/ is left out: its makefile names no module',
  ]);
});

test('the error of make is the reason if no way was found', () => {
  const refusals = [{ folder: 'b', words: 'No rule to make target' }];
  const combined = combine([settled('a', true), { folder: 'b', settled: undefined }], refusals);
  expect(combined?.warnings).toEqual(['b/ is left out: No rule to make target']);
});
