import { expect, test } from 'vitest';
import { Budget } from '../../../src/driver/derive/budget.ts';
import { settle } from '../../../src/driver/derive/settle.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { tree } from '../../support/facts.ts';

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

test('bug: the warnings about failed trial builds tell how many of them are not shown', async () => {
  const ways = [1, 2, 3, 4, 5, 6].map((status) => ({ ...WAY, make: `exit ${status}` }));
  const settled = await settle(ways, {
    directory: await tree({ Makefile: 'all:\n' }),
    kernels: [referenceKernel()],
    budget: new Budget(60),
    reporter: silentReporter,
  });
  expect(settled?.warnings).toHaveLength(6);
  expect(settled?.warnings.at(-1)).toBe('2 more trial builds failed');
});
