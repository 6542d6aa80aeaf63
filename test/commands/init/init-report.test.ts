import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportFindings } from '../../../src/commands/init/init-report.ts';
import { readDriver } from '../../../src/driver/read-driver.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test.each([
  ['PACKAGE_VERSION=`./version.sh`', [/^The version is 0~\d{8} \(no version found; the date of /]],
  ['', [/^The version is 0~\d{8} \(no version found; the date of /]],
  ['PACKAGE_VERSION="1.0"', []],
])('init reports the version for %j', async (line, expected) => {
  await withTemporaryDirectory('test', async (scratch) => {
    // A name without a version; that of the temporary directory might look like one.
    const directory = join(scratch, 'toy');
    await mkdir(directory);
    const files = {
      'dkms.conf': `PACKAGE_NAME="toy"\n${line}\nBUILT_MODULE_NAME[0]="toy"\nDEST_MODULE_LOCATION[0]="/extra"\nAUTOINSTALL="yes"\n`,
      Makefile: 'obj-m := toy.o\n',
      'toy.c': '',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
    const driver = await readDriver(directory, referenceKernel());
    const notes: string[] = [];
    const reporter = { ...silentReporter, note: (text: string) => notes.push(text) };
    reportFindings(driver, reporter, { explain: false });
    expect(notes).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });
});
