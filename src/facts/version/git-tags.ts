import { askGit } from '../../system/process/run-git.ts';

/** A tag of the tree's history. */
export interface Tag {
  readonly name: string;
  /** Of the tag, or of the commit where the tag has no date of its own; seconds. */
  readonly timestamp: number;
}

/** The tags that HEAD has behind it; none where there is no repository. */
export async function readTags(directory: string): Promise<Tag[]> {
  const format = '%(refname:strip=2)%09%(creatordate:unix)';
  const query = ['for-each-ref', '--merged=HEAD', `--format=${format}`, 'refs/tags'];
  const said = (await askGit(directory, query)) ?? '';
  return said
    .split('\n')
    .map((line) => line.split('\t'))
    .flatMap(([name, time]) => (name && time ? [{ name, timestamp: Number(time) }] : []));
}
