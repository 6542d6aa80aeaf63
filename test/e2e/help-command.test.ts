import { expect } from 'vitest';
import { version } from '../../src/system/text/project-file.ts';
import { dkmsDeb, sandboxTest as test } from '../support/sandbox.ts';

test('help COMMAND prints what COMMAND --help prints, and knows no other command', async ({
  sandbox,
}) => {
  const { stdout } = await dkmsDeb(sandbox, ['help', 'bmdeb']);
  expect(stdout).toBe((await dkmsDeb(sandbox, ['bmdeb', '--help'])).stdout);
  const { exitStatus, stderr } = await dkmsDeb(sandbox, ['help', 'bmdbe']);
  expect(exitStatus).toBe(2);
  expect(stderr).toContain('unknown command "bmdbe"\n  Did you mean bmdeb?');
});

test('the command without arguments prints the help, with the status of wrong usage', async ({
  sandbox,
}) => {
  const { exitStatus, stdout, stderr } = await dkmsDeb(sandbox, []);
  expect({ exitStatus, stderr }).toEqual({ exitStatus: 2, stderr: '' });
  expect(stdout).toBe((await dkmsDeb(sandbox, ['help'])).stdout);
});

test('version prints the version', async ({ sandbox }) => {
  const { exitStatus, stdout } = await dkmsDeb(sandbox, ['version']);
  expect({ exitStatus, stdout }).toEqual({ exitStatus: 0, stdout: `${version()}\n` });
});
