import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/commands.ts';
import { PROJECT } from '../support/project.ts';

interface Manifest {
  readonly man: readonly string[];
  readonly dependencies?: object;
}

const manifest = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8')) as Manifest;

test('npm is told of every manual page: it installs those that "man" lists, and no pattern', () => {
  const names = Object.keys(COMMANDS)
    .map((name) => `dkms-deb-${name}`)
    .sort();
  expect(manifest.man, '"man" in package.json').toEqual(
    ['dkms-deb', ...names].map((name) => `dist/man/${name}.1`),
  );
});

test('everything is in the bundle: npm i -g needs no registry', () => {
  expect(manifest.dependencies).toBeUndefined();
});
