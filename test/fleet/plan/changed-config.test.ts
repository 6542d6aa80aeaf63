import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readFleetConfig } from '../../../src/fleet/config/read-config.ts';
import { warnOfChangedConfig } from '../../../src/fleet/plan/changed-config.ts';
import type { Plan } from '../../../src/fleet/plan/plan-document.ts';
import { digestOf } from '../../../src/package/modules/build-key.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { smallPlan } from '../../support/small-plan.ts';

const warnings: { message: string; hint: string | undefined }[] = [];
beforeEach(() => {
  warnings.length = 0;
});
const reporter = {
  ...silentReporter,
  warn: (message: string, hint?: string) => void warnings.push({ message, hint }),
};

const YAML = '# a fleet\ndrivers: [.]\nsuites: [trixie]\n';

interface Made {
  readonly directory: string;
  readonly yaml: string;
  /** Returns what is said of a plan that was made of dkms-deb.yaml as it was first. */
  warningsFor(more?: Partial<Plan>): Promise<typeof warnings>;
}

async function withPlanned(work: (made: Made) => Promise<void>): Promise<void> {
  await withTemporaryDirectory('config', async (directory) => {
    const yaml = join(directory, 'dkms-deb.yaml');
    await writeFile(yaml, YAML);
    const configuration = digestOf(await readFleetConfig(yaml));
    const configFile = { path: 'dkms-deb.yaml', sha256: configuration };
    const warningsFor = async (more: Partial<Plan> = {}) => {
      warnings.length = 0;
      const repository = { path: 'site' };
      const plan = smallPlan({ configuration, configFile, repository, ...more });
      await warnOfChangedConfig(plan, join(directory, 'plan.json'), reporter);
      return warnings;
    };
    await work({ directory, yaml, warningsFor });
  });
}

test('bug: a dkms-deb.yaml that was changed after the plan was made is told, with the command to plan again', async () => {
  await withPlanned(async ({ directory, yaml, warningsFor }) => {
    expect(await warningsFor()).toEqual([]);
    await writeFile(yaml, YAML.replace('[trixie]', '[trixie, sid]'));
    expect(await warningsFor()).toEqual([
      {
        message: `${yaml} has changed since ${join(directory, 'plan.json')} was made: the plan does not have the changes`,
        hint: `Plan again: dkms-deb plan -o ${join(directory, 'plan.json')} --config ${yaml} --only-missing`,
      },
    ]);
    // What was valid before, and is not now, has changed, too.
    for (const text of ['drivers: [', 'drivers: []\nsuits: [x]\n']) {
      await writeFile(yaml, text);
      expect(await warningsFor(), text).toHaveLength(1);
    }
  });
});

test('another comment or order of keys is no change; a file that is not there is not compared', async () => {
  await withPlanned(async ({ yaml, warningsFor }) => {
    await writeFile(yaml, 'suites:\n  - trixie\n# all of them\ndrivers: [.]\n');
    expect(await warningsFor()).toEqual([]);
    await rm(yaml);
    expect(await warningsFor()).toEqual([]);
    await mkdir(yaml);
    expect(await warningsFor()).toEqual([]);
    // A plan that was made with options alone, or by an older dkms-deb, names no file.
    await rm(yaml, { recursive: true });
    await writeFile(yaml, 'drivers: [other]\n');
    expect(await warningsFor({ configFile: undefined })).toEqual([]);
  });
});

test('the command to plan again repeats --only-missing only if the plan was compared, and mentions other options', async () => {
  await withPlanned(async ({ yaml, warningsFor }) => {
    await writeFile(yaml, 'drivers: [other]\n');
    const tasks = smallPlan().tasks.map((task) => ({
      ...task,
      builds: task.builds.map((build) => ({ ...build, reason: 'not compared' })),
    }));
    const [all] = await warningsFor({ tasks });
    expect(all?.hint).not.toContain('--only-missing');
    const [given] = await warningsFor({ configuration: 'e'.repeat(64) });
    expect(given?.hint).toMatch(/^Plan again with the same options: dkms-deb plan /);
  });
});

test('bug: the command to plan again is one that works without a repository in dkms-deb.yaml, or with options that a plan does not tell', async () => {
  await withPlanned(async ({ yaml, warningsFor }) => {
    await writeFile(yaml, 'drivers: [other]\n');
    const hint = async (more: Partial<Plan>) => (await warningsFor(more))[0]?.hint ?? '';
    const rest = /: dkms-deb plan -o \S+ --config \S+( --only-missing)?$/;
    // --only-missing=site
    const unnamed = await hint({ repository: undefined });
    expect(unnamed).toMatch(/^Plan again with the same options: /);
    expect(rest.exec(unnamed)?.[1]).toBeUndefined();
    const labelled = await hint({ repository: { label: 'Acme', keys: ['k'] } });
    expect(rest.exec(labelled)?.[1]).toBeUndefined();
    const byUrl = await hint({ repository: { url: 'https://acme.example' } });
    expect(byUrl).toMatch(/^Plan again: .* --only-missing$/);
    // Nothing to build and nothing kept, such as kernels that the drivers exclude: it was not compared.
    expect(await hint({ tasks: [], kept: [] })).toMatch(/^Plan again: .*dkms-deb\.yaml$/);
  });
});

test('a file of sources that was changed is told like dkms-deb.yaml', async () => {
  await withPlanned(async ({ directory, yaml, warningsFor }) => {
    const file = join(directory, 'pve.sources');
    await writeFile(file, 'new');
    const archives = { ...smallPlan().archives, sources: [{ file: 'pve.sources', text: 'old' }] };
    await writeFile(yaml, 'drivers: [other]\n');
    const [warning] = await warningsFor({ archives });
    expect(warning?.message).toMatch(/dkms-deb\.yaml, \S+\/pve\.sources have changed since/);
    await writeFile(file, 'old');
    await writeFile(yaml, YAML);
    expect(await warningsFor({ archives })).toEqual([]);
  });
});
