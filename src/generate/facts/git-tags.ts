import { DkmsDebError } from '../../errors.ts';
import { run } from '../../system/run.ts';

/** A tag of the tree's history. */
export interface Tag {
  readonly name: string;
  /** Of the tag, or of the commit where the tag has no date of its own; seconds. */
  readonly timestamp: number;
}

/** The tags that HEAD has behind it; none where there is no repository. */
export async function readTags(directory: string): Promise<Tag[]> {
  const format = '%(refname:strip=2)%09%(creatordate:unix)';
  try {
    const { stdout } = await run(
      'git',
      [
        '-c',
        'safe.directory=*',
        'for-each-ref',
        '--merged=HEAD',
        `--format=${format}`,
        'refs/tags',
      ],
      { cwd: directory, env: { GIT_TERMINAL_PROMPT: '0' }, timeoutSeconds: 20 },
    );
    return stdout
      .split('\n')
      .map((line) => line.split('\t'))
      .flatMap(([name, time]) => (name && time ? [{ name, timestamp: Number(time) }] : []));
  } catch (error) {
    if (error instanceof DkmsDebError) return [];
    throw error;
  }
}
