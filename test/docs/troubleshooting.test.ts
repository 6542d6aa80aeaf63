import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '../support/project.ts';

/** Codes that src gives its errors: literals in constructors of DkmsDebErrors and in signingError(), findings of checkModule(). */
async function codesInSource(): Promise<Set<string>> {
  const codes = new Set<string>();
  const files = await readdir(join(PROJECT, 'src'), { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const text = await readFile(join(PROJECT, 'src', file), 'utf8');
    const made =
      /(?:new (?:DkmsDeb|Input|Conf|Kernel|ModuleBuild|Archive|System)Error|signingError)\(\s*'([a-z0-9-]+)'/g;
    for (const [, code = ''] of text.matchAll(made)) codes.add(code);
  }
  // Findings that end a build have the codes of `verify`.
  const check = await readFile(join(PROJECT, 'src/module/check.ts'), 'utf8');
  const [, fatal = ''] = /^const FATAL\b.* = \{\n([\s\S]*?)\n\};/m.exec(check) ?? [];
  const findings = [...fatal.matchAll(/^ {2}'?([a-z-]+)'?:/gm)].map(([, code = '']) => code);
  expect(findings.length).toBeGreaterThan(5);
  for (const code of findings) codes.add(code);
  return codes;
}

test('docs/troubleshooting.md has every error code, and no other', async () => {
  const page = await readFile(join(PROJECT, 'docs/troubleshooting.md'), 'utf8');
  const described = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, code = '']) => code);
  expect(new Set(described).size, 'a code stands there once').toBe(described.length);
  const made = await codesInSource();
  expect(made.size).toBeGreaterThan(100);
  expect(described.sort()).toEqual([...made].sort());
});
