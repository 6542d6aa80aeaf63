import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../system/run.ts';

/** What git knows of a tree: paths relative to it. */
export interface GitView {
  readonly tracked: ReadonlySet<string>;
  /** Files and directories marked export-ignore (gitattributes(5)). */
  readonly exportIgnored: ReadonlySet<string>;
}

/** Asks git about a tree; undefined where there is no repository, no git, or git refuses. */
export async function viewOfGit(root: string): Promise<GitView | undefined> {
  if (!isInsideRepository(root)) return undefined;
  try {
    const listed = await run('git', ['-C', root, 'ls-files', '-z'], { timeoutSeconds: 30 });
    const tracked = new Set(listed.stdout.split('\0').filter(Boolean));
    return { tracked, exportIgnored: await exportIgnored(root, tracked) };
  } catch {
    // Not installed, or a repository of another owner: then the names alone decide.
    return undefined;
  }
}

/** Whether git would find a repository: a process that only says "not a git repository" is spared. */
export function isInsideRepository(tree: string): boolean {
  // git goes up from where it really is, whatever links lead there.
  const start = existsSync(tree) ? realpathSync(tree) : tree;
  for (let directory = start; ; directory = dirname(directory)) {
    if (existsSync(join(directory, '.git'))) return true;
    if (directory === dirname(directory)) return false;
  }
}

async function exportIgnored(root: string, tracked: ReadonlySet<string>): Promise<Set<string>> {
  const paths = new Set<string>();
  for (const path of tracked) {
    const parts = path.split('/');
    paths.add(path);
    // A pattern for directories only (`docs/`) is met by a path that ends so.
    for (let i = 1; i < parts.length; i++) {
      const directory = parts.slice(0, i).join('/');
      paths.add(directory).add(`${directory}/`);
    }
  }
  const result = await run('git', ['-C', root, 'check-attr', '-z', '--stdin', 'export-ignore'], {
    input: [...paths].map((path) => `${path}\0`).join(''),
    timeoutSeconds: 30,
  });
  // -z output: path NUL attribute NUL value NUL
  const fields = result.stdout.split('\0');
  const ignored = new Set<string>();
  for (let i = 0; i + 2 < fields.length; i += 3) {
    if (fields[i + 2] === 'set' && fields[i]) ignored.add((fields[i] as string).replace(/\/$/, ''));
  }
  return ignored;
}
