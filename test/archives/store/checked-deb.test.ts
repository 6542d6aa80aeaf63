import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { checkedDeb } from '../../../src/archives/store/checked-deb.ts';
import { debFile, openStore } from '../../../src/archives/store/header-store.ts';
import { sha256 } from '../../../src/system/files/sha256.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('a package is compared with its name; a damaged one is removed', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const store = openStore(directory);
    const part = { name: 'p', version: '1', sha256: sha256('contents') };
    const file = debFile(store, part.sha256);
    await expect(checkedDeb(store, part)).rejects.toMatchObject({ code: 'not-stored' });
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, 'contents');
    expect(await checkedDeb(store, part)).toBe(file);
    await writeFile(file, 'contentz');
    await expect(checkedDeb(store, part)).rejects.toMatchObject({
      code: 'damaged-deb',
      where: { file },
    });
    expect(existsSync(file)).toBe(false);
  });
});
