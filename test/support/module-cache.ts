import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The directory in which the tests of this run keep compiled modules for each other (shareModules). */
    moduleCache: string;
  }
}

/** vitest calls this before the first file of a project, and what it returns after the last one. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'dkms-deb-modules-'));
  provide('moduleCache', directory);
  return () => rm(directory, { recursive: true, force: true });
}
