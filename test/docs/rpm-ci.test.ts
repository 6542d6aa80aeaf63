import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { PROJECT } from '../support/project.ts';

/** The CI files in docs/guides/rpm.md, by the line above them. */
async function blocks(): Promise<Readonly<Record<string, string>>> {
  const page = await readFile(join(PROJECT, 'docs/guides/rpm.md'), 'utf8');
  const found = page.matchAll(/^(GitHub Actions|GitLab CI|Jenkins):\n\n```\w+\n(.*?)^```$/gms);
  return Object.fromEntries([...found].map(([, name = '', text = '']) => [name, text]));
}

const BUILD = 'dkms-deb rpm --full -o out';

test('the three CI files build once, install in a matrix, and wait for a person to deploy', async () => {
  const { 'GitHub Actions': github = '', 'GitLab CI': gitlab = '', Jenkins = '' } = await blocks();
  const { on, jobs } = parse(github);
  expect(on).toContain('workflow_dispatch');
  expect(jobs.package.steps.map(({ run }: { run?: string }) => run)).toContain(BUILD);
  expect(Object.keys(jobs.install.strategy.matrix)).toEqual(['image', 'runner']);
  expect(jobs.install.needs).toBe('package');
  expect(jobs.deploy).toMatchObject({
    needs: 'install',
    if: "github.event_name == 'workflow_dispatch'",
  });

  const stages = parse(gitlab);
  expect(stages.package.script).toContain(BUILD);
  expect(stages.package.artifacts.paths).toEqual(['out/*.rpm']);
  expect(Object.keys(stages.install.parallel.matrix[0])).toEqual(['IMAGE', 'RUNNER']);
  expect(stages.deploy.when).toBe('manual');

  expect(Jenkins).toContain(BUILD);
  expect(Jenkins).toMatch(/matrix \{.*axis \{ name 'IMAGE'.*axis \{ name 'NODE'/s);
  expect(Jenkins).toContain("archiveArtifacts 'out/*.rpm'");
  expect(Jenkins).toMatch(/stage\('deploy'\) \{\s+agent any\s+input \{/);
  const depth = [...Jenkins].reduce((at, c) => at + Number(c === '{') - Number(c === '}'), 0);
  expect(depth).toBe(0);
});
