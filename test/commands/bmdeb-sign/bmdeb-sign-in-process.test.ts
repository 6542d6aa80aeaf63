import { expect, test } from 'vitest';
import { bmdebSign } from '../../../src/commands/bmdeb-sign/bmdeb-sign.ts';
import { painter } from '../../../src/report/paint.ts';
import { silentReporter } from '../../../src/report/reporter.ts';

const context = {
  declarations: async () => [],
  paint: painter(false),
  json: false,
  print() {},
  reporter: silentReporter,
};

test.each([{ request: 'todo' }, { signatures: 'done' }, { signKey: ['k.pem'] }])(
  'two packages with the same file name are an error: %j',
  async (way) => {
    const packages = ['a/x.deb', './a/x.deb', 'b/y.deb', 'b/x.deb'];
    const args = { packages, output: 'out', dryRun: false, ...way };
    await expect(bmdebSign(args, context)).rejects.toMatchObject({
      exitStatus: 2,
      message: expect.stringContaining('x.deb'),
      hint: expect.stringContaining('-o'),
    });
  },
);
