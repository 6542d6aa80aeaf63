import { readdirSync, readFileSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../../src/commands/build/build.ts';
import type { BuildArguments } from '../../src/commands/build/read-request.ts';
import { init } from '../../src/commands/init/init.ts';
import { parseDeb822 } from '../../src/debian/deb822.ts';
import { DkmsDebError } from '../../src/errors.ts';
import { painter } from '../../src/report/paint.ts';
import { silentReporter } from '../../src/report/reporter.ts';
import { type RunResult, run } from '../../src/system/process/run.ts';
import { useEnvironment, withEnvironment } from './environment.ts';
import { type ExampleName, exampleDirectory } from './example.ts';

useEnvironment({
  DEBFULLNAME: 'Ada Example',
  DEBEMAIL: 'ada@example.org',
  SOURCE_DATE_EPOCH: undefined,
});

export interface Built {
  /** The lines of stdout. */
  readonly files: string[];
  readonly notes: string[];
  readonly warnings: string[];
}

/** Calls the command as cli.ts does. */
export async function runBuild(
  directory: string,
  output: string,
  options: Partial<BuildArguments> = {},
): Promise<Built> {
  const built: Built = { files: [], notes: [], warnings: [] };
  await build(
    { directory, output, fromRules: false, dryRun: false, ...options },
    {
      declarations: async () => [],
      paint: painter(false),
      json: false,
      print: (line) => built.files.push(line),
      reporter: {
        ...silentReporter,
        note: (message) => built.notes.push(message),
        warn: (message) => built.warnings.push(message),
      },
    },
  );
  return built;
}

/** Returns the error of a build that must fail. */
export async function failedBuild(...args: Parameters<typeof runBuild>): Promise<DkmsDebError> {
  try {
    await runBuild(...args);
  } catch (error) {
    if (error instanceof DkmsDebError) return error;
    throw error;
  }
  throw new Error('the build did not fail');
}

/**
 * Writes an example with the debian/ of init into `<parent>/<directory>`, with this version and source
 * format. The changelog entry is from 2024.
 */
export async function packagedTree(
  name: ExampleName,
  parent: string,
  options: { version?: string; quilt?: boolean; rules?: 'dh' | 'dkms-deb' } = {},
): Promise<string> {
  const tree = await exampleDirectory(name, parent);
  await writeDebian(tree, options.rules ?? 'dh');
  if (options.version !== undefined) await setVersion(tree, options.version);
  if (options.quilt) await writeFile(join(tree, 'debian/source/format'), '3.0 (quilt)\n');
  return tree;
}

async function writeDebian(tree: string, rules: 'dh' | 'dkms-deb'): Promise<void> {
  await withEnvironment({ SOURCE_DATE_EPOCH: '1704106800' }, () =>
    init(
      { directory: tree, rules, force: false, dryRun: false },
      {
        declarations: async () => [],
        paint: painter(false),
        json: false,
        print() {},
        reporter: silentReporter,
      },
    ),
  );
}

/** Changes the version of the only changelog entry. */
export async function setVersion(tree: string, version: string): Promise<void> {
  const file = join(tree, 'debian/changelog');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/\(.*?\)/, `(${version})`));
}

const COMMITTER = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

export async function git(tree: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: tree, env: COMMITTER });
  return stdout.trim();
}

/** Commits all files of the tree at the given time. */
export async function commitAll(tree: string, time: string, ...tags: string[]): Promise<string> {
  const dates = { GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time };
  await run('git', ['init', '-q'], { cwd: tree });
  await run('git', ['add', '--all'], { cwd: tree });
  await run('git', ['commit', '-q', '-m', 'x'], { cwd: tree, env: { ...COMMITTER, ...dates } });
  for (const tag of tags) await git(tree, 'tag', tag);
  return git(tree, 'rev-parse', 'HEAD');
}

/** Runs dpkg-buildpackage without signing and without checking build dependencies. */
export function dpkgBuildpackage(tree: string, ...options: string[]): Promise<RunResult> {
  return run('dpkg-buildpackage', ['-us', '-uc', '-d', ...options], { cwd: tree });
}

/** Returns the fields of a control file as one object. */
export function fieldsOf(file: string): Record<string, string> {
  const [paragraph] = parseDeb822(readFileSync(file, 'utf8'), file).paragraphs;
  const fields: Record<string, string> = {};
  for (const name of paragraph?.names() ?? []) fields[name] = paragraph?.get(name) ?? '';
  return fields;
}

/** Returns the sorted names in a directory, with hidden ones. */
export function names(directory: string): string[] {
  return readdirSync(directory).sort();
}

/** Returns everything of a tree that a build could change: names, modes, times, contents. */
export async function stateOf(tree: string): Promise<string> {
  const what = '%P %y %m %T@ %l %s\\n';
  const { stdout } = await run('find', [tree, '-printf', what]);
  const sums = await run('sh', ['-c', 'find "$0" -type f -exec sha256sum {} +', tree]);
  return [stdout, sums.stdout].map((text) => text.split('\n').sort().join('\n')).join('\n');
}

/** Extracts a source package into `target` with dpkg-source. */
export async function extractSource(dsc: string, target: string): Promise<void> {
  await run('dpkg-source', ['--no-check', '-x', dsc, target]);
}

/** Makes a script executable for everyone. */
export async function writeScript(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  await chmod(file, 0o755);
}
