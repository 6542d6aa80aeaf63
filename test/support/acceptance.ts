import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';

/** Lintian tags that we cannot or should not avoid, with the reason. */
const EXCEPTIONS: readonly RegExp[] = [
  // The lintian of bookworm knows Policy 4.6.2; init writes a newer one.
  /newer-standards-version/,
  // The packager closes the ITP bug.
  /initial-upload-closes-no-bugs/,
];

/** Fails unless dscverify, dput and lintian accept an upload. */
export async function expectAccepted(changes: string): Promise<void> {
  const verified = await run('dscverify', ['--nosigcheck', changes]);
  expect(verified.stdout).toContain('All files validated successfully.');
  await simulateUpload(changes, ['-u']);
  const said = await run('lintian', ['--allow-root', '--profile', 'debian', changes], {
    accept: [0, 1, 2],
  });
  const tags = said.output.split('\n').filter((line) => /^[EW]: /.test(line));
  expect(tags.filter((tag) => !EXCEPTIONS.some((exception) => exception.test(tag)))).toEqual([]);
}

/**
 * Runs dput --simulate with a directory of this machine as its target. dput-ng and the old dput have the
 * same options.
 */
export async function simulateUpload(changes: string, options: string[] = []): Promise<string> {
  return withTemporaryDirectory('dput', async (home) => {
    await mkdir(join(home, 'incoming'));
    const section = ['[here]', 'method = local', `incoming = ${home}/incoming`, 'fqdn = localhost'];
    const allowed = options.includes('-u') ? ['allow_unsigned_uploads = 1'] : [];
    const config = join(home, 'dput.cf');
    await writeFile(config, `${[...section, ...allowed, 'run_lintian = 0'].join('\n')}\n`);
    const gnupg = process.env.GNUPGHOME;
    const { output } = await run(
      'dput',
      ['-c', config, ...options, '--simulate', 'here', changes],
      { cwd: dirname(changes), env: { HOME: home, ...(gnupg ? { GNUPGHOME: gnupg } : {}) } },
    );
    expect(output).toContain('.changes');
    return output;
  });
}
