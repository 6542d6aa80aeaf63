import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkDriver } from '../../../src/commands/lint/check-driver.ts';
import { githubAnnotations } from '../../../src/commands/lint/github.ts';
import type { LintArguments } from '../../../src/commands/lint/lint-arguments.ts';
import { sarifLog } from '../../../src/commands/lint/sarif.ts';
import { lintTree } from '../../../src/lint/lint-tree.ts';
import type { LintFinding } from '../../../src/lint/text/rule.ts';
import { painter } from '../../../src/report/paint.ts';
import { printableLine } from '../../../src/report/printable.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { CLEAN_TREE, confWith, writeTree } from '../../support/lint-a-tree.ts';

const FINDING: LintFinding = {
  code: 'some-code',
  severity: 'info',
  title: 'one: two, three',
  why: '100% so',
  file: '/t/a b,c/dkms.conf',
  line: 3,
  message: 'a\nb',
  source: 'X=1',
  corrected: undefined,
  advice: 'do it',
  fixable: false,
  edits: [],
};

async function call(conf: string, args: Partial<LintArguments> = {}, json = false) {
  return withTemporaryDirectory('test', async (directory) => {
    await writeTree(directory, { ...CLEAN_TREE, 'dkms.conf': conf });
    const printed: string[] = [];
    const defaults = { evaluate: true, fix: false, diff: false, dryRun: false } as const;
    const { exitStatus, document } = await checkDriver(
      { subject: directory, ...defaults, format: 'text', failOn: 'warning', ...args },
      {
        declarations: async () => [],
        json,
        print: (line) => printed.push(line),
        paint: painter(false),
        reporter: silentReporter,
      },
    );
    return { exitStatus, document, printed, directory };
  });
}

describe('exit status', () => {
  const info = confWith('CLEAN="make clean"');
  const warning = confWith('REMAKE_INITRD=no');
  const error = confWith('MAKE="make K=$(uname -r)"');
  test.each([
    [info, 'warning', 0],
    [info, 'info', 1],
    [warning, 'warning', 1],
    [warning, 'error', 0],
    [error, 'error', 1],
    [error, 'never', 0],
  ] as const)('%j with --fail-on %s', async (conf, failOn, status) => {
    expect((await call(conf, { failOn })).exitStatus).toBe(status);
  });

  test('after --fix the remaining findings decide', async () => {
    expect((await call(warning, { fix: true })).exitStatus).toBe(0);
  });
});

test('options that cannot be combined', async () => {
  await expect(call('', { diff: true })).rejects.toMatchObject({ code: 'usage', exitStatus: 2 });
  await expect(call('', { dryRun: true })).rejects.toMatchObject({ code: 'usage' });
  await expect(call('', { format: 'sarif' }, true)).rejects.toMatchObject({ code: 'usage' });
});

test('--json', async () => {
  const { document, directory } = await call(confWith('REMAKE_INITRD=no'));
  const file = join(directory, 'dkms.conf');
  expect(document).toEqual({
    files: [file],
    findings: [
      {
        code: 'deprecated-directive',
        severity: 'warning',
        file,
        line: 6,
        message: 'REMAKE_INITRD has no effect',
        why: expect.stringContaining('2.8.8'),
        source: 'REMAKE_INITRD=no',
        corrected: '',
        advice: 'delete the line',
        fixable: true,
      },
    ],
    fixed: [],
    summary: { errors: 0, warnings: 1, infos: 0 },
  });
});

test('annotations for GitHub escape special characters', () => {
  expect(githubAnnotations([FINDING], (file) => file.slice(3))).toEqual([
    '::notice file=a b%2Cc/dkms.conf,line=3,title=one%3A two%2C three [some-code]::a%0Ab%0Ado it%0A100%25 so',
  ]);
});

test('SARIF has every rule, and each result has its rule, place and correction', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await writeTree(directory, { 'dkms.conf': `REMAKE_INITRD=no\n${confWith('OBSOLETE_BY=7.0')}` });
    const { findings } = await lintTree(directory, { evaluate: true });
    const log = sarifLog(findings, (file) => file.replace(`${directory}/`, 'a b/'));
    const [run] = log.runs;
    expect(log.version).toBe('2.1.0');
    expect(run?.tool.driver.semanticVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(run?.results.map(({ ruleId }) => ruleId)).toEqual(findings.map(({ code }) => code));
    for (const { ruleId, ruleIndex } of run?.results ?? []) {
      expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    }
    expect(run?.results[0]).toMatchObject({
      level: 'warning',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b/dkms.conf' },
            region: { startLine: 1 },
          },
        },
      ],
      fixes: [
        {
          artifactChanges: [
            {
              replacements: [
                {
                  deletedRegion: { startLine: 1, startColumn: 1, endLine: 2, endColumn: 1 },
                  insertedContent: { text: '' },
                },
              ],
            },
          ],
        },
      ],
    });
  });
});

test('escape sequences in names and lines are removed', async () => {
  const { printed } = await call(confWith('REMAKE_INITRD="\x1b[31m\x07"'));
  expect(printed.join('')).not.toMatch(/\p{Cc}/u);
});

test('a tab in a line is kept, and a line break cannot forge a finding', async () => {
  const { printed } = await call(confWith('REMAKE_INITRD="no"\t# as ever'));
  expect(printed).toContain('  - REMAKE_INITRD="no"\t# as ever');
  expect(printableLine('a\tb\nc\x07d\x1b[31m')).toBe('a\tb\ufffdc\ufffdd');
});
