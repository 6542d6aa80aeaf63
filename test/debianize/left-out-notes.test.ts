import { expect, test } from 'vitest';
import { leftOutNotes } from '../../src/debianize/left-out-notes.ts';
import type { Driver } from '../../src/driver/read-driver.ts';

test('bug: notes about files that are not packed named all of thousands of files', () => {
  const paths = (end: string) => Array.from({ length: 2000 }, (_, i) => `${i}${end}`);
  const location = { directory: '/x', confFile: '/x/dkms.conf', sourceRoot: '' };
  const excluded = [...paths('.vcxproj'), ...paths('.orig')];
  const notes = leftOutNotes({ excluded, location } as unknown as Driver);
  expect(notes).toHaveLength(2);
  for (const note of notes) {
    expect(note).toMatch(/^files .* are not packed: .* and 1980 more$/);
    expect(note.length).toBeLessThan(500);
  }
});
