import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { makeSandbox, type Sandbox } from './sandbox.ts';

/**
 * A sandbox that the tests of one describe block share, for what is dear to make; call it in the
 * block, and the result from its tests and hooks.
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
