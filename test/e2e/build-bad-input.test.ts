import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { exampleDirectory } from '../support/example.ts';
import { call, dkmsDeb, dkmsDebLines, sandboxTest as test } from '../support/sandbox.ts';
import { snapshot } from '../support/snapshot.ts';
import { WITHOUT_PRIVILEGES } from '../support/without-privileges.ts';

describe('a file that cannot be read', () => {
  test.for(['-S', '-F'])(
    'build %s of such a source has status 1, names the file, and leaves nothing',
    async (type, { sandbox }) => {
      const tree = await exampleDirectory('hello', sandbox.directory);
      await dkmsDebLines(sandbox, ['init', '-q', tree]);
      await chmod(join(tree, 'hello.c'), 0);
      const args = ['build', type, '-o', sandbox.out, tree];
      const result = await dkmsDeb(sandbox, args, { under: WITHOUT_PRIVILEGES });
      expect(result.exitStatus, result.output).toBe(1);
      expect(result.stderr).toMatch(/hello\.c: .*cannot (?:be )?read.*\(EACCES\)/);
      expect(await readdir(sandbox.out).catch(() => [])).toEqual([]);
    },
  );

  test.for([
    ['a source', 'hello.c', false],
    ['a source, below debian/rules', 'hello.c', true],
    ['a directory', 'extra', true],
    ['debian/control', 'debian/control', true],
    ['the changelog', 'debian/changelog', true],
    ['the source format', 'debian/source/format', true],
  ] as const)('%s: 1, its name, nothing left', async ([, name, packaged], { sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await mkdir(join(tree, 'extra'));
    await writeFile(join(tree, 'extra/file.c'), '');
    if (packaged) await dkmsDebLines(sandbox, ['init', '-q', tree]);
    const before = await snapshot(tree);
    const file = join(tree, name);
    const mode = name === 'extra' ? 0o755 : 0o644;
    await chmod(file, 0);
    const args = ['build', '-o', sandbox.out, ...(packaged ? ['--from-rules'] : []), tree];
    const result = await dkmsDeb(sandbox, args, { under: WITHOUT_PRIVILEGES });
    await chmod(file, mode);
    expect(result.exitStatus, result.output).toBe(1);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain(`dkms-deb: error: ${file}`);
    expect(result.stderr).toMatch(/check the permissions|Make .* readable/i);
    expect(result.stderr).not.toMatch(/this is a bug|^ +at /m);
    expect(await snapshot(tree)).toEqual(before);
    expect(await readdir(sandbox.out).catch(() => [])).toEqual([]);
    expect(await readdir(sandbox.tmp)).toEqual([]);
  });
});

describe('a control field of 10 MB', () => {
  test.for([
    ['a line of the description', 'Description', `short\n ${'x'.repeat(10_000_000)}`],
    ['many packages in Suggests', 'Suggests', packages(200_000)],
  ] as const)('%s is packed as it is', async ([, field, value], { sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await dkmsDebLines(sandbox, ['init', '-q', tree]);
    const control = join(tree, 'debian/control');
    const text = await readFile(control, 'utf8');
    const others = text.replace(/^Description: .*\n(?: .*\n)*/m, '').trimEnd();
    const short = field === 'Description' ? '' : 'Description: short\n long\n';
    await writeFile(control, `${others}\n${field}: ${value}\n${short}`);
    const args = ['build', '--from-rules', '-o', sandbox.out, tree];
    const [deb = ''] = await dkmsDebLines(sandbox, args);
    const read = await call(sandbox, 'dpkg-deb', ['-f', deb, field]);
    expect(read.exitStatus, read.stderr).toBe(0);
    expect(read.stdout.trimEnd() === value).toBe(true);
  });
});

function packages(count: number): string {
  return Array.from({ length: count }, (_, i) => `${'x'.repeat(42)}${i}`).join(', ');
}
