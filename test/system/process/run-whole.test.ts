import { expect, test } from 'vitest';
import { runWhole } from '../../../src/system/process/run-whole.ts';

test('bug: an interrupt during apt-get left dpkg in the middle of a package', async () => {
  const order: string[] = [];
  const interrupted = () => void order.push('interrupted');
  process.on('SIGINT', interrupted);
  try {
    const running = runWhole('sh', ['-c', 'sleep 0.3; echo whole; exit 3'], { attached: false });
    process.emit('SIGINT');
    const { exitStatus, output } = await running;
    order.unshift(`${output.trim()} ${exitStatus}`);
    expect(order).toEqual(['whole 3', 'interrupted']);
    expect(process.listeners('SIGINT')).toContain(interrupted);
  } finally {
    process.removeListener('SIGINT', interrupted);
  }
});

test('a service that the program leaves behind does not hold it up', async () => {
  const started = performance.now();
  const script = 'sleep 60 & echo $!';
  const { output } = await runWhole('sh', ['-c', script], { attached: false });
  process.kill(Number(output.trim()));
  expect(performance.now() - started).toBeLessThan(30_000);
});

test('a program that is not there is named', async () => {
  await expect(runWhole('no-such-program', [], { attached: false })).rejects.toMatchObject({
    code: 'tool-missing',
  });
});
