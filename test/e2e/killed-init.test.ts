import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ownerMark } from '../../src/system/leftovers.ts';
import { run } from '../../src/system/run.ts';
import { exampleDirectory } from '../support/example.ts';
import { dkmsDeb, sandboxTest as test } from '../support/sandbox.ts';

test.for(['init', 'build', 'info'])(
  'bug: what a killed init left in the tree was source of the next run: %s',
  async (command, { sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    // Of a process of this host that is no more: pid 1 began at another time.
    const mark = ownerMark().replace(/^\d+\.[0-9a-z]+/, '1.zzzzzz');
    const left = `.debian-${mark}-AbCdEf`;
    await mkdir(join(tree, left));
    await writeFile(join(tree, left, 'control'), `Source: ${hostname()}\n`);
    const args = command === 'build' ? ['build', '-o', sandbox.out, tree] : [command, tree];
    const result = await dkmsDeb(sandbox, args);
    expect(result.exitStatus, result.stderr).toBe(0);
    expect(await readdir(tree)).not.toContain(left);
    if (command !== 'build') return;
    const deb = result.stdout.split('\n')[0] ?? '';
    expect((await run('dpkg-deb', ['-c', deb])).stdout).not.toContain('.debian-');
  },
);
