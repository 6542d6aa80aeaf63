import { expect, test } from 'vitest';
import { howToChange } from '../../src/repository/signing-keys.ts';

test('bug: a key of a file is not in the keyring, so the command that changes it comes after its import', () => {
  expect(howToChange('extend it', 'gpg --x F', false)).toBe('Extend it (gpg --x F)');
  expect(howToChange('extend it', 'gpg --x F', true)).toBe(
    'Import its file into your keyring, extend it there (gpg --x F), export it again',
  );
});
