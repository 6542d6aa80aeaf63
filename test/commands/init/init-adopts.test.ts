import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { listFiles } from '../../../src/system/files/walk-tree.ts';
import { runInit } from '../../support/init-command.ts';
import { inTree } from '../../support/packaged-tree.ts';
import { PACKAGINGS } from '../../support/packagings.ts';

beforeEach(() => {
  vi.stubEnv('DEBFULLNAME', 'Jane Doe');
  vi.stubEnv('DEBEMAIL', 'jane@example.org');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function contents(tree: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const path of await listFiles(tree)) {
    found.set(path, await readFile(join(tree, path), 'utf8'));
  }
  return found;
}

describe('init in a debian/ by other hands', () => {
  test.each(Object.entries(PACKAGINGS))(
    '%s',
    async (_, { files, adds }) => {
      await inTree(files, async (tree) => {
        const before = await contents(tree);
        const first = await runInit(tree);
        expect(first).toMatchObject({ exitStatus: 0, printed: [] });
        const { printed } = await runInit(tree, { diff: true });
        expect(printed.join('\n').match(/^-(?!-- ).*/gm)).toBeNull();
        const named = new Set(printed.join('\n').match(/(?<=^\+\+\+ b\/)\S+/gm));
        expect([...named].sort()).toEqual(adds);
        expect(await contents(tree)).toEqual(before);

        // --force writes what --diff shows, and each line of the person's stays.
        await runInit(tree, { force: true });
        const after = await contents(tree);
        for (const [path, text] of before) expect(isWithin(text, after.get(path) ?? '')).toBe(true);
        const changed = [...after.keys()].filter((path) => after.get(path) !== before.get(path));
        expect(changed.sort()).toEqual(['debian/.dkms-deb.json', ...adds].sort());

        // Not even a second --force takes a line away, and nothing is added twice.
        const again = await runInit(tree, { force: true });
        expect(again.printed).toEqual([]);
        expect(await contents(tree)).toEqual(after);
      });
    },
    60_000,
  );
});

test('bug: a debian/control that cannot be parsed was left out without a word', async () => {
  const [packaging] = Object.values(PACKAGINGS);
  const files = { ...packaging?.files, 'debian/control': 'Source foo\n' };
  await inTree(files, async (tree) => {
    const { exitStatus, said } = await runInit(tree);
    expect(exitStatus).toBe(0);
    expect(said).toContainEqual(
      expect.stringMatching(/nothing can be added to debian\/control:1: /),
    );
  });
});

/** Whether all lines of `part` are in `whole`, in their order. */
function isWithin(part: string, whole: string): boolean {
  const lines = whole.split('\n');
  let at = 0;
  return part.split('\n').every((line) => {
    // The last item of a list may get a comma.
    at =
      lines.findIndex((other, index) => index >= at && (other === line || other === `${line},`)) +
      1;
    return at > 0;
  });
}
