/**
 * lint over real drivers: the *-dkms packages of Debian suites, and trees of your own.
 *
 *   npm run corpus -- lint [-o FILE] [-w DIR] [--suite SUITE]… [DIR…]
 *
 * The default suites are bookworm and trixie. The tables are printed, or written between the marks
 * `tables` of FILE (docs/corpus-lint.md). Downloaded packages are kept in -w DIR.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { ANY_STATUS, run } from '../../src/system/process/run.ts';
import { PROJECT } from '../../test/support/project.ts';
import { type Archive, archiveOf } from './archive.ts';
import { type LintRow, lintTables } from './lint-table.ts';
import { writeBetweenMarks } from './markdown.ts';

export async function corpusLint(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      suite: { type: 'string', multiple: true },
      output: { type: 'string', short: 'o' },
      work: { type: 'string', short: 'w' },
    },
  });
  const state = resolve(values.work ?? join(PROJECT, '.cache/corpus-lint'));
  const rows: LintRow[] = [];
  // An empty --suite lints trees of your own only.
  for (const suite of values.suite ?? ['bookworm', 'trixie']) {
    if (suite !== '') rows.push(...(await lintSuite(suite, state)));
  }
  for (const tree of positionals.map((each) => resolve(each))) {
    rows.push(...(await lintTree(basename(tree).replace('+', '/'), tree)));
  }
  const lines = lintTables(rows);
  if (values.output === undefined) process.stdout.write(`${lines.join('\n')}\n`);
  else await writeBetweenMarks(values.output, 'tables', lines);
}

async function lintSuite(suite: string, state: string): Promise<LintRow[]> {
  const archive = await archiveOf(suite, join(state, 'apt'));
  const rows: LintRow[] = [];
  for (const { name } of await archive.dkmsPackages()) {
    const deb = await packageFile(archive, name, join(state, suite, name));
    await withTemporaryDirectory('lint', async (directory) => {
      await run('dpkg-deb', ['-x', deb, directory]);
      const sources = join(directory, 'usr/src');
      const trees = existsSync(sources) ? (await readdir(sources)).sort() : [];
      for (const tree of trees.map((each) => join(sources, each))) {
        if (!existsSync(join(tree, 'dkms.conf'))) continue;
        rows.push(...(await lintTree(`${name} (${suite})`, tree)));
      }
    });
  }
  return rows;
}

/** Returns the path of a package, which is downloaded only once. */
async function packageFile(archive: Archive, name: string, directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const [known] = await readdir(join(directory, 'download')).catch(() => []);
  return known === undefined
    ? archive.download(name, directory)
    : join(directory, 'download', known);
}

/**
 * Returns the findings in a tree; nothing for a tree without dkms.conf (exit status 4), or if lint fails, which is
 * reported.
 */
async function lintTree(name: string, tree: string): Promise<LintRow[]> {
  const program = join(PROJECT, 'bin/dkms-deb');
  const options = ['lint', '--json', '--quiet', '--fail-on', 'never', tree];
  const result = await run(program, options, { accept: ANY_STATUS, timeoutSeconds: 600 });
  if (result.exitStatus === 4) return [];
  if (result.exitStatus !== 0) {
    process.stderr.write(`${name}: ${result.stderr}\n`);
    return [];
  }
  const { files, findings } = JSON.parse(result.stdout) as {
    files: unknown[];
    findings: LintRow['findings'];
  };
  const relative = (text: string) => text.replaceAll(`${tree}/`, '');
  return [
    {
      name,
      confs: files.length,
      findings: findings.map((finding) => ({
        ...finding,
        file: relative(finding.file),
        message: relative(finding.message),
      })),
    },
  ];
}
