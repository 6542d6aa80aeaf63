import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchMake } from '../../../src/module/compile/watch-make.ts';
import { type Advance, silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { until } from '../../support/until.ts';

test('objects are counted, and the first error is told, while make writes its log', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const logFile = join(directory, 'm.log');
    await writeFile(logFile, 'PRE_BUILD\n');
    const advances: Advance[] = [];
    const alerts: string[] = [];
    const end = watchMake({
      logFile,
      expected: 3,
      readable: (text) => text.replaceAll('/tmp/x/', ''),
      reporter: {
        ...silentReporter,
        advance: (advance) => advances.push(advance),
        alert: (message) => alerts.push(message),
      },
    });
    await appendFile(logFile, '  CC [M]  /tmp/x/a.o\n  CC [M]  /tmp');
    await until(() => advances.at(0));
    await appendFile(logFile, '/x/b.o\n  LD [M]  /tmp/x/b.ko\n');
    await until(() => advances.at(2));
    expect(advances.map(({ done, item }) => [done, item])).toEqual([
      [1, 'a.o'],
      [2, 'b.o'],
      [2, 'LD b.ko'],
    ]);
    await appendFile(logFile, '/tmp/x/b.c:1:2: error: one\n/tmp/x/b.c:2:2: error: two\n');
    await until(() => alerts.at(0));
    await end();
    expect(alerts).toEqual(['b.c:1:2: error: one']);
  });
});

test('a log that is not there is no error', async () => {
  const about = { expected: undefined, readable: String, reporter: silentReporter };
  await watchMake({ logFile: '/nowhere/x.log', ...about })();
});
