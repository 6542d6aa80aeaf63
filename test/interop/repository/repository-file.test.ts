import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRepositoryFile } from '../../../src/repository/repository-file.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { answerWithFile, serve } from '../../support/http-server.ts';

test('a file is read up to its limit; a missing one is undefined; a larger one is not fetched whole', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await writeFile(join(directory, 'keys'), 'x'.repeat(10_000));
    await using server = await serve(({ url = '' }, response) =>
      answerWithFile(directory, url, response),
    );
    const read = (path: string, mostBytes: number) =>
      readRepositoryFile({ repository: server.url, path, mostBytes });
    expect((await read('keys', 10_000))?.length).toBe(10_000);
    expect(await read('none', 10_000)).toBeUndefined();
    await expect(read('keys', 9_999)).rejects.toMatchObject({ code: 'file-too-large' });
    await expect(read('keys', 5_000)).rejects.toMatchObject({ code: 'file-too-large' });
  });
});

// Bug: every address with the number 404 in it was taken for one without the file.
test('a server that does not answer is an error, also at port 404', async () => {
  const asked = { repository: 'http://127.0.0.1:404', path: 'keys', mostBytes: 10_000 };
  await expect(readRepositoryFile(asked)).rejects.toMatchObject({ code: 'repository-unreadable' });
});
