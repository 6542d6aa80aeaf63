import { expect, test } from 'vitest';
import { readModuleFacts } from '../../../src/module/format/module-facts.ts';
import { verifyModule } from '../../../src/module/verify/verify-module.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { modinfoSection, smallElf } from '../../support/verify-elf.ts';
import { against, INFO, small } from '../../support/verify-fixture.ts';

test('any one byte changed is a report, never a crash', async () => {
  const kernel = await against();
  const whole = small({ imports: ['printk', 'gpl_thing'] });
  for (let i = 0; i < whole.length; i++) {
    const changed = Buffer.from(whole);
    changed[i] = (changed[i] ?? 0) ^ 0xff;
    expect(
      verifyModule(await readModuleFacts('small.ko', changed), kernel).findings.length,
    ).toBeGreaterThan(0);
  }
});

test('tables without an end cost neither time nor memory', async () => {
  const endless = Buffer.alloc(4 * 1024 * 1024, 'x');
  const symbols = Array.from({ length: 2000 }, (_, i) => ({ name: `s${i}` }));
  const elf = smallElf([modinfoSection(INFO), { name: '__versions', content: endless }], symbols);
  // The names of the symbols lie in a table without a NUL.
  const names = elf.indexOf('s1999\0');
  elf.fill('y', elf.indexOf('\0s0\0s1\0') + 1, names + 6);
  const kernel = await against();
  const time = await cpuTime(async () => {
    const report = verifyModule(await readModuleFacts('small.ko', elf), kernel);
    expect(report.findings.length).toBeGreaterThan(0);
  });
  expect(time).toBeLessThan(5000);
});
