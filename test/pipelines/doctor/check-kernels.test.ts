import { expect, test } from 'vitest';
import { checkKernels } from '../../../src/pipelines/doctor/check-kernels.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { installedKernels } from '../../support/kernels.ts';

const RUNNING = '6.12.48+deb13-amd64';

test('each kernel with headers is told with its compiler', async () => {
  const found = await checkKernels({ running: RUNNING, inContainer: false });
  for (const release of await installedKernels()) {
    const one = found.find(({ subject }) => subject === `kernel ${release}`);
    expect(one).toMatchObject({ state: 'ok' });
    expect(one?.message).toMatch(/^headers and \S*gcc\S* \d+/);
  }
});

test('missing headers of the running kernel name their package, but not in a container', async () => {
  await withTemporaryDirectory('modules', async (modules) => {
    const here = await checkKernels({ modules, running: RUNNING, inContainer: false });
    expect(here).toMatchObject([
      { state: 'optional', packages: [`linux-headers-${RUNNING}`] },
      { subject: 'kernels', message: 'no kernel has headers here' },
    ]);
    const [inside] = await checkKernels({ modules, running: RUNNING, inContainer: true });
    expect(inside).toMatchObject({ state: 'note' });
    const own = '6.9.3-mine';
    const [built] = await checkKernels({ modules, running: own, inContainer: false });
    expect(built).toMatchObject({ state: 'optional' });
  });
});
