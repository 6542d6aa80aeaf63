import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDeb822 } from '../../../src/debian/deb822.ts';
import { writeModulesUpload } from '../../../src/pipelines/bmdeb/write-upload.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { testRelease, writeModules } from '../../support/fleet-packages.ts';
import { helloDescription } from '../../support/module-build.ts';
import { cached } from '../../support/project.ts';

/** Writes packages of modules for two kernels, their .buildinfo and .changes into a directory. */
async function withUpload(
  work: (directory: string, debs: readonly string[], files: readonly string[]) => Promise<void>,
): Promise<void> {
  await withTemporaryDirectory('upload', async (directory) => {
    const debs = [];
    for (const kernel of [9, 10]) debs.push(await writeModules(directory, { kernel }));
    const driver = { ...helloDescription('1.0-1'), distributions: ['trixie'] };
    const about = { driver, output: directory, timestamp: 1_790_000_000 };
    await work(directory, debs, await writeModulesUpload(debs, about, silentReporter));
  });
}

test('dput uploads what .changes lists, and aptly takes it, with the fields of our packages', async () => {
  await withUpload(async (directory, debs, [buildinfo = '', changes = '']) => {
    const incoming = join(directory, 'incoming');
    await mkdir(incoming);
    const archive = ['[my-archive]', 'method = local', `incoming = ${incoming}`];
    const configuration = [...archive, 'allow_unsigned_uploads = 1'];
    await writeFile(join(directory, 'dput.cf'), `${configuration.join('\n')}\n`);
    const env = { HOME: directory };
    const call = (program: string, ...args: string[]) =>
      run(program, args, { cwd: directory, env });
    await call('dput', '-c', 'dput.cf', 'my-archive', changes);
    const names = [...debs, buildinfo, changes].map((file) => basename(file)).sort();
    expect((await readdir(incoming)).sort()).toEqual(names);
    const settings = { rootDir: join(directory, 'aptly'), architectures: ['amd64'] };
    await writeFile(join(directory, 'aptly.json'), JSON.stringify(settings));
    const aptly = (...args: string[]) =>
      call(cached('programs/root/usr/bin/aptly'), '-config=aptly.json', ...args);
    await aptly('repo', 'create', '-distribution=trixie', 'drivers');
    const uploaded = join(incoming, basename(changes));
    await aptly('repo', 'include', '-accept-unsigned', '-repo=drivers', uploaded);
    expect(await readdir(incoming)).toEqual([]);
    await aptly('publish', 'repo', '-skip-signing', 'drivers');
    const index = join(directory, 'aptly/public/dists/trixie/main/binary-amd64/Packages');
    const { paragraphs } = parseDeb822(await readFile(index, 'utf8'), index);
    expect(paragraphs.map((one) => one.get('Kernel-Release')).sort()).toEqual(
      [9, 10].map(testRelease).sort(),
    );
    for (const one of paragraphs) expect(one.get('Build-Key')).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

test('reprepro takes the .changes of packages of modules; .buildinfo has their checksums', async () => {
  await withUpload(async (directory, debs, files) => {
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
