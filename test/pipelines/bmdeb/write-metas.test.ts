import { expect, test, vi } from 'vitest';
import type { KernelHeaders } from '../../../src/kernel/headers.ts';
import type { RemoteKernel } from '../../../src/kernel/remote-kernel.ts';
import type { KernelWork } from '../../../src/pipelines/bmdeb/build-kernel.ts';
import { writeMetaPackages } from '../../../src/pipelines/bmdeb/write-metas.ts';
import { silentReporter } from '../../../src/report/reporter.ts';

test('if the headers of the newest kernel were not fetched, its flavour gets no metapackage', async () => {
  const kernel = { architecture: 'amd64', machine: 'x86_64', flavour: 'amd64' };
  const newest: RemoteKernel = {
    ...kernel,
    release: '6.12.2-amd64',
    packageVersion: '6.12.2-1',
    fetch: () => Promise.reject(new Error('not called')),
    prepare: () => Promise.reject(new Error('not called')),
  };
  const headers = {
    ...kernel,
    release: '6.12.1-amd64',
    packageVersion: '6.12.1-1',
  } as KernelHeaders;
  const warn = vi.fn();
  const metas = await writeMetaPackages(
    [
      { release: '6.12.2-amd64', remote: newest, status: 'failed', seconds: 1 },
      { release: '6.12.1-amd64', headers, status: 'built', seconds: 1, dkmsName: 'hello' },
    ],
    {} as KernelWork,
    { kind: 'lockstep', modalias: false, flavour: undefined },
    { ...silentReporter, warn },
  );
  expect(metas).toEqual([
    { flavour: 'amd64', release: '6.12.2-amd64', architecture: 'amd64', status: 'missing' },
  ]);
  expect(warn).toHaveBeenCalledOnce();
});
