import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fetchGit } from '../../../src/system/git/fetch-git.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { withEnvironment } from '../../support/environment.ts';

// Bug: our own GIT_SSH_COMMAND overrode core.sshCommand of the user, so fetching did not use the user's key.
test("git fetches with the user's core.sshCommand, but not with that of the repository here", async () => {
  await withTemporaryDirectory('test', async (directory) => {
    for (const name of ['own', 'foreign']) {
      const script = `#!/bin/sh\n: >${join(directory, `${name}-ran`)}\nexit 1\n`;
      await writeFile(join(directory, name), script);
      await chmod(join(directory, name), 0o755);
    }
    await run('git', ['init', '-q', directory]);
    await run('git', ['-C', directory, 'config', 'core.sshCommand', join(directory, 'foreign')]);
    const configuration = join(directory, 'gitconfig');
    await writeFile(configuration, `[core]\n\tsshCommand = ${join(directory, 'own')}\n`);
    const ask = (file: string) =>
      withEnvironment({ GIT_SSH_COMMAND: undefined, GIT_CONFIG_GLOBAL: file }, () =>
        fetchGit(['ls-remote', 'ssh://host.invalid/x'], { cwd: directory, timeoutSeconds: 20 }),
      );
    await expect(ask('/dev/null')).rejects.toMatchObject({ code: 'tool-failed' });
    expect(existsSync(join(directory, 'foreign-ran'))).toBe(false);
    expect(existsSync(join(directory, 'own-ran'))).toBe(false);
    await expect(ask(configuration)).rejects.toMatchObject({ code: 'tool-failed' });
    expect(existsSync(join(directory, 'own-ran'))).toBe(true);
    expect(existsSync(join(directory, 'foreign-ran'))).toBe(false);
  });
});
