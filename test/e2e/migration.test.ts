import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { COMMANDS } from '../../src/commands/commands.ts';
import { exampleDirectory } from '../support/example.ts';
import { installedKernels } from '../support/kernels.ts';
import { PROJECT } from '../support/project.ts';
import { call, sharingTest as test } from '../support/sandbox.ts';

const [release = ''] = await installedKernels();
const page = await readFile(join(PROJECT, 'docs/migration.md'), 'utf8');

/** All commands that the page gives, in blocks and in tables. */
const commands = [
  ...[...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  ),
  ...[...page.matchAll(/^\|.*\| `(dkms-deb [^`…]+)` \|/gm)].map(([, command = '']) => command),
];

describe('docs/migration.md', () => {
  test('each of its commands does what the page says', async ({ sandbox }) => {
    expect(commands.length).toBeGreaterThan(6);
    const source = join(sandbox.directory, 'src');
    await mkdir(source);
    for (const name of ['hello-1.0', 'work']) {
      const tree = await exampleDirectory('hello', sandbox.directory);
      await call(sandbox, 'mv', [tree, join(source, name)]);
    }
    // What root has in /usr/src and /var/lib/dkms is elsewhere here.
    const elsewhere = `dkms-deb() { case $1 in
      mk*) command dkms-deb "$@" --sourcetree ${source} --dkmstree ${sandbox.directory}/dkms ;;
      *) command dkms-deb "$@" ;; esac; }\n`;
    for (const command of commands) {
      const script = elsewhere + command.replaceAll('6.1.0-56-amd64', release);
      const result = await call(sandbox, 'bash', ['-euc', script], { cwd: join(source, 'work') });
      expect(result.exitStatus, `${command}\n${result.output}`).toBe(0);
    }
  });

  test('its table has every option of mkdeb, mkdsc and mkbmdeb', async () => {
    const options = page.slice(
      page.indexOf('\n## Options'),
      page.indexOf('\n## What is different'),
    );
    for (const name of ['mkdeb', 'mkdsc', 'mkbmdeb']) {
      const declaration = await COMMANDS[name]?.();
      for (const [long, { alias, default: value }] of Object.entries(declaration?.options ?? {})) {
        if (['output', 'dry-run', 'module', 'module-version'].includes(long)) continue;
        const words = [
          value === true ? `--no-${long}` : `--${long}`,
          ...(alias ? [`-${alias} `] : []),
        ];
        expect(
          words.some((word) => options.includes(`\`${word}`)),
          long,
        ).toBe(true);
      }
    }
  });
});
