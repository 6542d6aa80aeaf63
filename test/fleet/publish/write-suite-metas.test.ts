import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseMetas } from '../../../src/fleet/publish/choose-metas.ts';
import { readIncoming } from '../../../src/fleet/publish/incoming-package.ts';
import { writeSuiteMetas } from '../../../src/fleet/publish/write-suite-metas.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { writeModules } from '../../support/fleet-packages.ts';

test("bug: nobody said that a metapackage for Ubuntu's kernel is loose instead of lockstep", async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const debian = await readIncoming(await writeModules(join(directory, 'in'), { kernel: 9 }));
    const ubuntu = {
      ...debian,
      name: 'hello-modules-6.8.0-49-generic',
      kernelRelease: '6.8.0-49-generic',
    };
    const write = async (one: typeof debian) => {
      const notes: string[] = [];
      const metas = await writeSuiteMetas(chooseMetas([one], []), {
        kind: 'lockstep',
        modalias: false,
        known: [],
        fileOf: ({ file }) => file,
        isTaken: async () => false,
        directory,
        reporter: { ...silentReporter, note: (text) => notes.push(text) },
      });
      return { depends: metas[0]?.depends, notes };
    };
    expect(await write(ubuntu)).toEqual({
      depends: expect.not.stringContaining('linux-latest-modules'),
      notes: [
        "hello-modules-generic is a loose metapackage: lockstep is only possible for Debian's kernels, not for 6.8.0-49-generic.",
      ],
    });
    expect(await write(debian)).toEqual({
      depends: expect.stringContaining('linux-latest-modules'),
      notes: [],
    });
  });
});
