import { expect, test } from 'vitest';
import { upgradeFaults } from '../../../src/fleet/publish/upgrade-faults.ts';

// Bug: an upgrade without modules for the newest kernel that failed, or removed packages, was an error with the
// message that it holds the kernel back.
test('a failed upgrade, and one that removes packages, are told as such', () => {
  expect(upgradeFaults({ succeeds: true, removes: [] })).toBe('');
  expect(upgradeFaults({ succeeds: false, removes: [] })).toBe('fails');
  expect(upgradeFaults({ succeeds: true, removes: ['a', 'b'] })).toBe('removes a, b');
  expect(upgradeFaults({ succeeds: false, removes: ['a'] }, ['c'])).toBe(
    'does not install c and removes a',
  );
});
