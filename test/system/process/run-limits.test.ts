import { expect, test } from 'vitest';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';

const LIMIT = { fileBytes: 1_000_000 };

test.each([126, 127])(
  'bug: with limits, a script that ended with %i was told as a program that cannot run',
  async (status) => {
    const script = `echo why; exit ${status}`;
    const result = await run('bash', ['-c', script], { ...LIMIT, accept: ANY_STATUS });
    expect(result).toMatchObject({ exitStatus: status, output: 'why\n' });
    await expect(run('bash', ['-c', 'no-such-program'], LIMIT)).rejects.toMatchObject({
      code: 'tool-failed',
      message: expect.stringContaining('ended with status 127'),
    });
  },
);

test.each(['no-such-program', './no-such-program', '/etc/passwd'])(
  'with limits, %s is a missing program, even if every status is accepted',
  async (program) => {
    const running = run(program, [], { ...LIMIT, accept: ANY_STATUS });
    await expect(running).rejects.toMatchObject({
      code: 'tool-missing',
      message: `${program} is not installed or cannot be run`,
    });
  },
);
