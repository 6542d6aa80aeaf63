import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build, type RolldownOptions } from 'rolldown';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BundledPackage } from '../../../packaging/bundled-packages.ts';
import { licencesPlugin } from '../../../packaging/licences-plugin.ts';
import { LockFile } from '../../../packaging/lock-file.ts';
import { bundleSbom } from '../../../packaging/sbom.ts';
import config from '../../../rolldown.config.ts';
import { PROJECT } from '../../support/project.ts';
import { cyclonedxProblems } from './cyclonedx-schema.ts';

let root = '';
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'bundle-')));
});
afterEach(() => rm(root, { recursive: true }));

/** The packages that the source maps of the bundle name: another way to the same list. */
async function packagesBySourceMap(dist: string): Promise<Set<string>> {
  const found = new Set<string>();
  for (const name of (await readdir(dist)).filter((each) => each.endsWith('.map'))) {
    const map = JSON.parse(await readFile(join(dist, name), 'utf8')) as { sources: string[] };
    for (const source of map.sources) {
      const [directory] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(resolve(dist, source)) ?? [];
      if (directory === undefined) continue;
      const text = await readFile(join(directory, 'package.json'), 'utf8');
      const { name, version } = JSON.parse(text) as { name: string; version: string };
      found.add(`${name} ${version}`);
    }
  }
  return found;
}

test('the licences and the bill of materials cover every package of which there is code in the bundle', async () => {
  const dist = join(root, 'dist');
  const options = config as RolldownOptions & { output: object };
  await build({ ...options, output: { ...options.output, dir: dist, sourcemap: true } });
  const listed = JSON.parse(
    await readFile(join(dist, 'bundled-packages.json'), 'utf8'),
  ) as BundledPackage[];
  const names = listed.map(({ name, version }) => `${name} ${version}`);
  expect(names.length).toBeGreaterThan(20);
  // rolldown's own helpers have no file that a map could name.
  expect(new Set(names.filter((name) => !name.startsWith('rolldown ')))).toEqual(
    await packagesBySourceMap(dist),
  );
  const texts = await readFile(join(dist, 'third-party-licenses.txt'), 'utf8');
  for (const { name, version, license } of listed) {
    expect(texts).toContain(`${name} ${version} (${license})`);
  }

  const product = { ...JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8')) };
  const facts = { ...product, sha256: 'ab'.repeat(32) };
  const sbom = bundleSbom(facts, listed, await LockFile.read(PROJECT), 1_795_000_000);
  expect(await cyclonedxProblems(sbom)).toEqual([]);
  const { components } = JSON.parse(sbom) as { components: { 'bom-ref': string }[] };
  expect(components.map((each) => each['bom-ref'].replace(/@(?=[^@]*$)/, ' ')).sort()).toEqual(
    names.sort(),
  );
  // What a document that is wrong gets.
  const wrong = sbom.replace('"MIT"', '"No such licence"').replace('"library"', '"libary"');
  expect((await cyclonedxProblems(wrong)).join('\n')).toMatch(/components\/0\/type/);
});

/** Builds a project of these files, as the project itself is built. */
async function buildOf(files: Readonly<Record<string, string>>): Promise<unknown> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return build({
    input: join(root, 'src/cli.js'),
    platform: 'node',
    logLevel: 'silent',
    plugins: [licencesPlugin(root)],
    output: { dir: join(root, 'dist') },
  });
}

const MIT = await readFile(join(PROJECT, 'templates/licenses/Expat.txt'), 'utf8');
const CLI = 'import { x } from "bad";\nprocess.stdout.write(x + "\\n");\n';
const PACKAGE = { name: 'bad', version: '1.0.0', type: 'module', main: 'index.js' };

test.each([
  ['with a licence that nobody has read', { ...PACKAGE, license: 'SSPL-1.0' }, 'SSPL-1.0'],
  ['without a licence', PACKAGE, '(none)'],
  ['that says ISC and has the text of MIT', { ...PACKAGE, license: 'ISC' }, 'the text of ISC'],
])('a package %s fails the build', async (_, manifest, message) => {
  const files = {
    'src/cli.js': CLI,
    'node_modules/bad/package.json': JSON.stringify(manifest),
    'node_modules/bad/index.js': 'export const x = process.argv[2];\n',
    'node_modules/bad/LICENSE': MIT,
  };
  await expect(buildOf(files)).rejects.toThrow(message);
  const good = JSON.stringify({ ...PACKAGE, license: 'MIT' });
  await buildOf({ ...files, 'node_modules/bad/package.json': good });
  expect(await readdir(join(root, 'dist'))).toContain('bundled-packages.json');
});

test('code that is neither ours nor of a package fails the build', async () => {
  const files = {
    'src/cli.js': 'import { x } from "../vendor/lib.js";\nprocess.stdout.write(x + "\\n");\n',
    'vendor/lib.js': 'export const x = process.argv[2];\n',
  };
  await expect(buildOf(files)).rejects.toThrow('the origin of this code in the bundle is unknown');
});
