import { expect, test } from 'vitest';
import { howToChange } from '../../src/repository/signing-keys.ts';

test('bug: a key of a file is not in the keyring, so the command that changes it comes after its import', () => {
  expect(howToChange('extend the key', 'gpg --x F', false)).toBe('Extend the key (gpg --x F)');
  expect(howToChange('extend the key', 'gpg --x F', true)).toBe(
    'Import the file of the key into your keyring, extend the key there (gpg --x F), export the key again',
  );
});
