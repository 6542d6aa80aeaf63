import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDeb822 } from '../../../src/debian/deb822.ts';
import { writeModulesUpload } from '../../../src/pipelines/bmdeb/write-upload.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { testRelease, writeModules } from '../../support/fleet-packages.ts';
import { helloDescription } from '../../support/module-build.ts';

test('reprepro takes the .changes of packages of modules; .buildinfo has their checksums', async () => {
  await withTemporaryDirectory('upload', async (directory) => {
    const debs = [];
    for (const kernel of [9, 10]) debs.push(await writeModules(directory, { kernel }));
    const driver = { ...helloDescription('1.0-1'), distributions: ['trixie'] };
    const about = { driver, output: directory, timestamp: 1_790_000_000 };
    const files = await writeModulesUpload(debs, about, silentReporter);
    expect(files.map((file) => basename(file))).toEqual([
      'hello-modules_1.0-1_amd64.buildinfo',
      'hello-modules_1.0-1_amd64.changes',
    ]);
    const [buildinfo = '', changes = ''] = files;
    const [fields] = parseDeb822(await readFile(changes, 'utf8'), changes).paragraphs;
    expect(fields?.get('Source')).toBe('hello');
    expect(fields?.get('Version')).toBe('1.0-1');
    expect(fields?.get('Binary')?.split(/\s+/).sort()).toEqual(
      [9, 10].map((kernel) => `hello-modules-${testRelease(kernel)}`).sort(),
    );
    const text = await readFile(buildinfo, 'utf8');
    for (const deb of debs) expect(text).toContain(basename(deb));
    const archive = join(directory, 'archive');
    await mkdir(join(archive, 'conf'), { recursive: true });
    const conf = 'Codename: trixie\nComponents: main\nArchitectures: amd64\n';
    await writeFile(join(archive, 'conf/distributions'), conf);
    await run('reprepro', ['-b', archive, '--silent', 'include', 'trixie', changes]);
    const { stdout } = await run('reprepro', ['-b', archive, 'list', 'trixie']);
    expect(stdout.trim().split('\n').sort()).toEqual(
      [10, 9].map(
        (kernel) =>
          `trixie|main|amd64: hello-modules-${testRelease(kernel)} 1.0-1+6.12.${kernel}-1`,
      ),
    );
  });
});
