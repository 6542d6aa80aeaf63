import { expect, test } from 'vitest';
import { ANY_STATUS, run } from '../../src/system/process/run.ts';
import { DKMS_DEB } from '../support/project.ts';

/** Makes node forget every file that is opened: nothing is left to wait for. */
const FORGETFUL =
  'data:text/javascript,import fs from "node:fs"; fs.promises.open = () => new Promise(() => {});';

test.each([
  ['verify', ['/dev/null']],
  ['bmdeb-sign', ['/dev/null', '--request', '/nowhere']],
])('bug: %s that stopped without a result ended with 0 and not a word', async (command, args) => {
  const program = DKMS_DEB;
  const { exitStatus, stderr } = await run(
    process.execPath,
    ['--import', FORGETFUL, program, command, ...args],
    { accept: ANY_STATUS },
  );
  expect(stderr).toContain('the command stopped without a result');
  expect(exitStatus).toBe(70);
});
