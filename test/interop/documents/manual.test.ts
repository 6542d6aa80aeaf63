import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { COMMANDS, loadDeclarations } from '../../../src/commands/commands.ts';
import { documentDate, writeDocuments } from '../../../src/documents.ts';
import { EXIT } from '../../../src/errors.ts';
import { run } from '../../../src/system/process/run.ts';
import { PROJECT } from '../../support/project.ts';
import { call, sandboxTest as test } from '../../support/sandbox.ts';

const MAN = join(PROJECT, 'dist/man');
const pages = ['dkms-deb.1', ...Object.keys(COMMANDS).map((name) => `dkms-deb-${name}.1`)];
const declarations = await loadDeclarations();

describe('man pages', () => {
  test('there is one for dkms-deb and one for each command', async () => {
    expect((await readdir(MAN)).sort()).toEqual([...pages].sort());
  });

  test('groff and mandoc have no warnings', async ({ sandbox }) => {
    const edition = { version: '1.0', date: '2026-11-21' };
    await writeDocuments(sandbox.directory, edition);
    for (const page of pages) {
      const file = join(sandbox.directory, 'man', page);
      // As lintian calls it.
      const groff = await call(
        sandbox,
        'man',
        ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', file],
        {
          env: { MANROFFSEQ: '', MANWIDTH: '80' },
        },
      );
      expect(groff, page).toMatchObject({ exitStatus: 0, stderr: '' });
      const mandoc = await call(sandbox, 'mandoc', ['-T', 'lint', '-W', 'style', file]);
      expect(mandoc.stdout, page).toBe('');
    }
  });

  test('man-db finds the purpose of each', async () => {
    for (const { name, purpose } of declarations) {
      const { stdout } = await run('lexgrog', [join(MAN, `dkms-deb-${name}.1`)]);
      expect(stdout).toContain(`"dkms-deb-${name} - ${purpose}"`);
    }
  });

  test('each has every option, both examples and every exit status of its command', async () => {
    for (const { name, options, examples, exits } of declarations) {
      const { stdout } = await run('mandoc', [
        '-T',
        'ascii',
        '-O',
        'width=200',
        join(MAN, `dkms-deb-${name}.1`),
      ]);
      // Bold and italic are overstruck.
      const text = stdout.replaceAll(/.[\b]/g, '');
      for (const [option, { default: value }] of Object.entries(options)) {
        expect(text).toMatch(
          new RegExp(`^ +(-\\w, )?--${value === true ? 'no-' : ''}${option}\\b`, 'm'),
        );
      }
      for (const { command } of examples)
        expect(text.split('\n').map((line) => line.trim())).toContain(command);
      for (const exit of exits) expect(text).toMatch(new RegExp(`^ +${EXIT[exit]} +\\S`, 'm'));
    }
  });

  test('each lists variables, files and statuses, in this order', async () => {
    for (const page of pages) {
      const text = await readFile(join(MAN, page), 'utf8');
      const headings = [...text.matchAll(/^\.SH (.*)$/gm)].map(([, heading]) => heading);
      expect(
        headings.filter((one) => /^(?:EXIT STATUS|ENV|FILES|EX)/.test(one ?? '')),
        page,
      ).toEqual(['EXIT STATUS', 'ENVIRONMENT', 'FILES', 'EXAMPLES']);
    }
  });

  test('the date is SOURCE_DATE_EPOCH, else the day of the commit', async () => {
    vi.stubEnv('SOURCE_DATE_EPOCH', '1795000000');
    expect(await documentDate(PROJECT)).toBe('2026-11-18');
    vi.stubEnv('SOURCE_DATE_EPOCH', '');
    const day = await documentDate(PROJECT);
    vi.unstubAllEnvs();
    const { stdout } = await run('git', ['log', '-1', '--format=%cI'], { cwd: PROJECT });
    expect(day).toBe(new Date(stdout.trim()).toISOString().slice(0, 10));
    expect(await documentDate('/')).toBe('');
    for (const page of pages)
      expect(await readFile(join(MAN, page), 'utf8')).toMatch(/^\.TH \S+ 1 "\d{4}-\d\d-\d\d" /);
  });
});
