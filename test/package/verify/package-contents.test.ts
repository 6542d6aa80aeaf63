import { expect, test } from 'vitest';
import { readPackedModules } from '../../../src/package/verify/package-contents.ts';

test('bug: a module too large to be read was not mentioned', async () => {
  const entry = { path: 'lib/modules/6.1/updates/x.ko', type: 'file', size: 2 ** 30 };
  const contents = async function* () {
    yield { entry, content: undefined };
  };
  const read = readPackedModules(contents() as never, []);
  await expect(read).resolves.toMatchObject([
    { release: '6.1', facts: { name: 'x', problem: 'it has more than 536870912 bytes' } },
  ]);
});
