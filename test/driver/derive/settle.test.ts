import { expect, test } from 'vitest';
import { Budget } from '../../../src/driver/derive/budget.ts';
import { settle } from '../../../src/driver/derive/settle.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { silentReporter } from '../../../src/report/reporter.ts';

const WAY = {
  sourceRoot: '',
  make: undefined,
  modules: [{ name: 'a', folder: '' }],
  from: 'obj-m',
};

test('bug: a way that was not tried, because no time was left, has a warning', async () => {
  const trials = {
    directory: '/nonexistent',
    kernels: [{ ...referenceKernel(), config: new Map() }],
    budget: new Budget(0),
    reporter: silentReporter,
  };
  const settled = await settle([WAY], trials);
  expect(settled).toMatchObject({ built: false, modules: WAY.modules });
  expect(settled?.warnings).toEqual([
    expect.stringContaining('whether they build was not checked'),
  ]);
  expect(settled?.failure).toBe('no time was left for its trial build');
});
