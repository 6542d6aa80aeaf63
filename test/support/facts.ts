import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { kindOf, type SourceFile } from '../../src/facts/code/c-sources.ts';
import type { GitFacts } from '../../src/facts/git-facts.ts';

/** Returns a tree as readSources would return it. */
export function sources(files: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries(files).map(([path, text]) => ({
    path,
    kind: kindOf(path),
    size: text.length,
    text,
  }));
}

/** Creates a directory with these files. It is removed after the test. */
export async function tree(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'facts-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return directory;
}

export function git(config: Readonly<Record<string, string>> = {}, describe?: string): GitFacts {
  return { config: new Map(Object.entries(config)), tracked: true, describe };
}
