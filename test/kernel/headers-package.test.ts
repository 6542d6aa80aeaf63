import { expect, test } from 'vitest';
import { installedReleases } from '../../src/kernel/headers.ts';
import { headersPackage } from '../../src/kernel/headers-package.ts';
import { run } from '../../src/system/process/run.ts';

test('kernels that are requested at the same time get separate answers', async () => {
  const installed = await installedReleases();
  const releases = [...installed, '99.1.0-dkms-deb-test', ...installed.slice(0, 1)];
  const answers = await Promise.all(releases.map(headersPackage));
  expect(answers[installed.length]).toBeUndefined();
  expect(answers.at(-1)).toEqual(answers[0]);
  for (const [i, release] of installed.entries()) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's, not ours
    const query = ['-W', '-f', '${source:Version} ${Architecture}', `linux-headers-${release}`];
    const { version, architecture } = answers[i] ?? {};
    expect(`${version} ${architecture}`).toBe((await run('dpkg-query', query)).stdout);
  }
  expect(await headersPackage(installed[0] ?? '')).toEqual(answers[0]);
});
