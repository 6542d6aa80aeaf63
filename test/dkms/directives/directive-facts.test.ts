import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DIRECTIVES, isDead } from '../../../src/dkms/conf/directives.ts';
import { readAssignments } from '../../../src/dkms/conf/shell-words.ts';
import {
  BY_SUBJECT,
  describeDirective,
  factsOf,
  historyOf,
  isArray,
} from '../../../src/dkms/directives/directive-facts.ts';
import { directivesDocument } from '../../support/directives-document.ts';
import { PROJECT } from '../../support/project.ts';

test('every directive has facts, and each one without effect says since when', () => {
  expect([...BY_SUBJECT].sort()).toEqual([...DIRECTIVES].sort());
  for (const directive of DIRECTIVES.filter(isDead)) {
    expect(factsOf(directive).deprecated?.release).toBe('2.8.8');
  }
});

test.each(BY_SUBJECT)('%s: an example that sets it, and sentences', (directive) => {
  const { example, meaning, unset } = factsOf(directive);
  const { assignments } = readAssignments(example);
  expect(assignments.map(({ name }) => name)).toEqual([directive]);
  expect(assignments[0]?.index === undefined || isArray(directive)).toBe(true);
  expect(meaning).toMatch(/^[A-Z].*\.$/);
  expect(unset).not.toMatch(/\.$/);
  for (const line of historyOf(directive)) {
    expect(line).toMatch(/^(?:Since DKMS|DKMS|Deprecated since DKMS) \d+(?:\.\d+)+[.:]/);
  }
  expect(describeDirective(directive)).toContain(example);
});

test('docs/dkms-conf.md says what editors show', async () => {
  const file = join(PROJECT, 'docs/dkms-conf.md');
  const wanted = directivesDocument();
  if (process.env.UPDATE_GOLDEN) await writeFile(file, wanted);
  expect(await readFile(file, 'utf8').catch(() => '')).toBe(wanted);
});
