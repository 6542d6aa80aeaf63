import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { makeSandbox, type Sandbox } from './sandbox.ts';

/**
 * Returns a sandbox that all tests of a describe block share, for expensive preparations. Call it in the
 * block, and call its result in tests and hooks.
 */
export function sharedSandbox(): () => Sandbox {
  let sandbox: Sandbox | undefined;
  beforeAll(async () => {
    sandbox = await makeSandbox(await mkdtemp(join(tmpdir(), 'dkms-deb-e2e-')));
  });
  afterAll(async () => {
    if (sandbox !== undefined) await rm(sandbox.directory, { recursive: true, force: true });
  });
  return () => {
    if (sandbox === undefined) throw new Error('the sandbox is made before the tests');
    return sandbox;
  };
}
