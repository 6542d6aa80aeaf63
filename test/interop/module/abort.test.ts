import { appendFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readHeaders } from '../../../src/kernel/headers.ts';
import { buildModules } from '../../../src/module/build.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/cleanup.ts';
import { exampleDirectory } from '../../support/example.ts';
import { installedKernels } from '../../support/kernels.ts';

/** Processes whose command line or working directory speaks of `directory`. */
async function processesIn(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(directory)) found.push(command.replaceAll('\0', ' '));
  }
  return found;
}

test('after an abort no process is left, and the error says so', async () => {
  const [release = ''] = await installedKernels();
  const headers = await readHeaders(release);
  await withTemporaryDirectory('test', async (directory) => {
    process.env.XDG_CACHE_HOME = join(directory, 'cache');
    const tree = await exampleDirectory('hello', directory);
    const confFile = join(tree, 'dkms.conf');
    const begun = join(directory, 'begun');
    // A make in a make, with a compiler that takes its time.
    await appendFile(
      confFile,
      `MAKE="touch ${begun}; make -C $kernel_source_dir M=$dkms_tree/hello/1.0/build; bash -c 'sleep 100; : ${directory}'"\n`,
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
    while ((await readdir(directory)).includes('begun') === false) await sleep(20);
    await sleep(500);
    expect((await processesIn(directory)).length).toBeGreaterThan(0);
    abort.abort();
    await ended;
    for (let i = 0; i < 50 && (await processesIn(directory)).length > 0; i++) await sleep(50);
    expect(await processesIn(directory)).toEqual([]);
  });
});
