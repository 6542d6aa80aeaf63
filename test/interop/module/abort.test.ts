import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHeaders } from '../../../src/kernel/headers.ts';
import { buildModules } from '../../../src/module/compile/build-modules.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { exampleDirectory } from '../../support/example.ts';
import { installedKernels } from '../../support/kernels.ts';
import { lingeringIn, processesIn } from '../../support/processes.ts';
import { until } from '../../support/until.ts';

test('after an abort no process is left, and the error says so', async () => {
  const [release = ''] = await installedKernels();
  const headers = await readHeaders(release);
  await withTemporaryDirectory('test', async (directory) => {
    process.env.XDG_CACHE_HOME = join(directory, 'cache');
    const tree = await exampleDirectory('hello', directory);
    const confFile = join(tree, 'dkms.conf');
    // A make in a make, with a compiler that takes its time.
    await appendFile(
      confFile,
      `MAKE="make -C $kernel_source_dir M=$dkms_tree/hello/1.0/build; bash -c 'sleep 100; : ${directory}'"\n`,
    );
    await mkdir(join(directory, 'work'));
    const abort = new AbortController();
    const building = buildModules(join(directory, 'work'), {
      sourceDirectory: tree,
      confFile,
      headers,
      jobs: 2,
      reporter: silentReporter,
      signal: abort.signal,
    });
    const ended = expect(building).rejects.toMatchObject({ code: 'aborted' });
    const compiler = (command: string) => /\bcc1\b/.test(command);
    await until(async () =>
      (await processesIn(directory)).find(({ command }) => compiler(command)),
    );
    abort.abort();
    await ended;
    expect(await lingeringIn(directory)).toEqual([]);
  });
});
