import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ALL_RULES } from '../../src/lint/registry.ts';
import type { LintFinding } from '../../src/lint/text/rule.ts';
import { confWith, lintFiles } from '../support/lint-a-tree.ts';
import { PROJECT } from '../support/project.ts';
import { dh, TREES } from '../support/rule-trees.ts';
import { rulesDocument } from '../support/rules-document.ts';

const GOLDEN = join(PROJECT, 'test/golden/lint-rules.txt');

/** What each rule finds in its bad tree, as test/golden/lint-rules.txt has it (`npm run test:update`). */
const golden = new Map(
  (await readFile(GOLDEN, 'utf8').catch(() => ''))
    .split(/^(?=[a-z])/m)
    .map((block) => [block.slice(0, block.indexOf('\n')), block.slice(block.indexOf('\n') + 1)]),
);

/** The place, then the corrected lines, then the correction in words. */
function describeFinding(finding: LintFinding): string {
  const { file, line, severity, fixable, corrected, advice } = finding;
  const place = `${basename(file)}${line === undefined ? '' : `:${line}`}`;
  const lines = [`${place} ${severity}${fixable ? ' --fix' : ''}`];
  if (corrected === '') lines.push('> (delete the line)');
  else if (corrected !== undefined) lines.push(...corrected.split('\n').map((each) => `> ${each}`));
  if (advice !== undefined)
    lines.push(...`advice: ${advice.replace(`${dirname(file)}/`, '')}`.split('\n'));
  return lines.map((each) => `  ${each}\n`).join('');
}

/** tag-version needs a git history: test/golden/lint/tag has one. */
const RULES = ALL_RULES.filter(({ code }) => code !== 'tag-version');

describe.concurrent.each(RULES)('$code', ({ code, bad, good, severity }) => {
  const [badFiles, goodFiles, inside] = TREES[code] ?? [
    { 'dkms.conf': confWith(bad) },
    { 'dkms.conf': confWith(good) },
  ];

  test('is found at its line, with its correction', async () => {
    const found = (await lintFiles(badFiles, inside)).filter((finding) => finding.code === code);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ message, why }) => message !== '' && why !== '')).toBe(true);
    expect(found.some((finding) => finding.severity === severity)).toBe(true);
    const text = found.map(describeFinding).sort().join('');
    if (process.env.UPDATE_GOLDEN) golden.set(code, text);
    else expect(text).toBe(golden.get(code));
  });

  test('is not found in a correct tree', async () => {
    const found = await lintFiles(goodFiles, inside === undefined ? '' : 'usr/src/foo-1.0');
    expect(found.filter((finding) => finding.code === code)).toEqual([]);
  });
});

afterAll(async () => {
  if (!process.env.UPDATE_GOLDEN) return;
  const blocks = RULES.map(({ code }) => `${code}\n${golden.get(code)}`);
  await writeFile(GOLDEN, blocks.sort().join(''));
});

test.skipIf(process.env.UPDATE_GOLDEN)('the golden file has no other rules', () => {
  expect([...golden.keys()].sort()).toEqual(RULES.map(({ code }) => code).sort());
});

test('a correct driver has no findings', async () => {
  expect(await lintFiles({})).toEqual([]);
});

test('every rule has its own code, and docs/lint.md has every rule of the registry', async () => {
  const codes = ALL_RULES.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  const file = join(PROJECT, 'docs/lint.md');
  const text = await readFile(file, 'utf8');
  const at = text.indexOf('### ');
  const [before, rules] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
  const wanted = rulesDocument(ALL_RULES);
  if (process.env.UPDATE_GOLDEN) await writeFile(file, before + wanted);
  else expect(rules).toBe(wanted);
});

describe('further cases of rules', () => {
  test.each([
    ['index-ignored', 'BUILD_DEPENDS_REBUILD="yes"\nBUILD_DEPENDS_REBUILD[1]="yes"'],
    ['index-ignored', 'BUILD_EXCLUSIVE_KERNEL_MAX="6.1.9"\nOBSOLETE_BY="6.1"\nOBSOLETE_BY[1]="7"'],
    ['unknown-directive', 'MKAE="make"'],
  ])('%s is found in %j', async (code, text) => {
    const findings = await lintFiles({ 'dkms.conf': confWith(text) });
    expect(findings.map((finding) => finding.code)).toContain(code);
  });

  test('the file that a .dkms file names is read as by dh_dkms, also after a comment', async () => {
    const findings = await lintFiles({
      ...dh(),
      'debian/foo-dkms.dkms': '# this one:\ndkms.conf\n',
      'dkms.conf': confWith('V=1.0\nPACKAGE_VERSION="$V"'),
    });
    expect(findings.map((finding) => finding.code)).toContain('dh-dkms-reads-other');
  });
});
