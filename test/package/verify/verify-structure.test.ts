import { expect, test } from 'vitest';
import { StructureCheck } from '../../../src/package/verify/verify-structure.ts';

test('bug: errors beyond the twentieth were left out without a word', () => {
  const check = new StructureCheck();
  const same = { mode: 0o644, uid: 0, gid: 0, mtime: 0, size: 0, owner: 'root', group: 'root' };
  for (let i = 0; i < 25; i++) check.add({ ...same, type: 'file', path: `gone/${i}` } as never);
  const findings = check.finish({ control: new Map() } as never);
  expect(findings).toHaveLength(21);
  expect(findings.at(-1)).toMatchObject({
    level: 'error',
    message: 'and 5 more errors like these',
  });
});
