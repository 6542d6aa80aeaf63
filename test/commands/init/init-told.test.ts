import { appendFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runInit } from '../../support/init-command.ts';
import { conf, inTree, TREE } from '../../support/packaged-tree.ts';

beforeEach(() => {
  vi.stubEnv('DEBFULLNAME', 'Jane Doe');
  vi.stubEnv('DEBEMAIL', 'jane@example.org');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const WARNING = /^warning: debian\/rules: differs/;
const NOTE = 'Edited, not changed: debian/rules';

test('init warns of an edited file once for each edit; a clone knows of it, too', async () => {
  await inTree({ ...TREE, 'dkms.conf': conf('foo', '1.0') }, async (tree) => {
    await runInit(tree);
    await appendFile(join(tree, 'debian/rules'), '# one\n');
    // --check writes nothing, so it does not use up the warning.
    const checked = await runInit(tree, { check: true });
    expect(checked.said).toContainEqual(expect.stringMatching(WARNING));
    const told = await runInit(tree);
    expect(told.said).toContainEqual(expect.stringMatching(WARNING));
    expect(told.printed).toEqual(['debian/.dkms-deb.json']);

    await cp(tree, `${tree}-clone`, { recursive: true });
    vi.stubEnv('DEBFULLNAME', 'John Roe');
    const again = await runInit(`${tree}-clone`);
    expect(again.printed).toEqual([]);
    expect(again.said).toContain(NOTE);
    expect(again.said.join('\n')).not.toContain('warning: debian/rules');

    await appendFile(join(tree, 'debian/rules'), '# two\n');
    const { said } = await runInit(tree);
    expect(said).toContainEqual(expect.stringMatching(WARNING));
    await appendFile(join(tree, 'debian/control'), '# three\n');
    const third = await runInit(tree);
    expect(third.said).toContain(NOTE);
    expect(third.said).toContainEqual(expect.stringMatching(/^warning: debian\/control: differs/));
  });
}, 60_000);

test('the edited file is still compared by --diff --force, and --check fails when init would write', async () => {
  await inTree({ ...TREE, 'dkms.conf': conf('foo', '1.0') }, async (tree) => {
    const notice = '// Copyright 2020 Jane Doe <jane@example.org>\n';
    await appendFile(join(tree, 'foo.c'), notice);
    await runInit(tree);
    await appendFile(join(tree, 'debian/rules'), '# one\n');
    await runInit(tree);
    expect((await runInit(tree, { diff: true, force: true })).printed.join('\n')).toContain(
      '-# one',
    );
    expect(await runInit(tree, { check: true })).toMatchObject({ exitStatus: 0 });
    await inTree({ x: conf('foo', '1.1') }, (other) =>
      cp(join(other, 'x'), join(tree, 'dkms.conf')),
    );
    expect(await runInit(tree, { check: true })).toMatchObject({ exitStatus: 1 });
  });
}, 60_000);
