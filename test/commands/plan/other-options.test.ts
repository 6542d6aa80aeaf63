import { expect, test } from 'vitest';
import { otherOptions } from '../../../src/commands/plan/other-options.ts';

const NONE = { key: [], offline: false, onlyMissing: undefined, refresh: false, store: undefined };

test('bug: options that dkms-deb.yaml cannot have count as options of the plan, if they are given', () => {
  expect(otherOptions(NONE)).toBeUndefined();
  expect(otherOptions({ ...NONE, onlyMissing: '' })).toBeUndefined();
  for (const given of [
    { key: ['k'] },
    { offline: true },
    { onlyMissing: 'site' },
    { refresh: true },
    { store: 'headers' },
  ]) {
    expect(otherOptions({ ...NONE, ...given })).toEqual(given);
  }
});
