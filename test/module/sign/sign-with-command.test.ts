import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { signWithCommand } from '../../../src/module/sign/sign-with-command.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { shellWord } from '../../../src/system/text/shell-word.ts';

test('bug: a signing command in a directory with a blank was split into two words', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const place = join(directory, "o'neil's fleet");
    await mkdir(place);
    const [program, module] = [join(place, 'sign'), join(place, 'x.ko')];
    await writeFile(program, `#!/bin/sh\nprintf '%s|' "$@"\n`, { mode: 0o755 });
    await writeFile(module, 'x');
    const said = async (args: string) =>
      (await signWithCommand(`${shellWord(program)}${args}`, module, 'sha256', 60)).toString();
    expect(await said('')).toBe(`${module}|sha256|`);
    expect(await said(`  --in  a/b 'c d'`)).toBe(`--in|a/b|c d|${module}|sha256|`);
  });
});
