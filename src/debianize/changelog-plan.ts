import { join } from 'node:path';
import { latestHeader } from '../debian/latest-entry.ts';
import { compareVersions, withoutRevision } from '../debian/version.ts';
import { readOptional } from '../driver/conf/init-memory.ts';
import { type Driver, hasEntryFor } from '../driver/read-driver.ts';
import { readTags } from '../facts/git-facts.ts';
import { changelogFile } from './files/changelog-file.ts';
import type { PlannedFile } from './files/generated-file.ts';
import { followTrailers } from './follow-unknown.ts';

/**
 * Decides what init does with debian/changelog: it is created, or gets an entry for a newer version. Existing text is
 * not changed, except that the author replaces a FIXME in a trailer if the author is known. Also returns notes for the
 * user.
 */
export async function planChangelog(
  driver: Driver,
  debian: string,
  options: {
    timestamp: number;
    /** The Debian revision of new versions: `-1`, or '' for a native package. */
    revision: string;
    tags: boolean;
    foreign: boolean;
    /** Whether init did not make debian/. New versions then have the same form as the existing ones. */
    adopts: boolean;
  },
): Promise<{ file: PlannedFile; notes: string[] }> {
  const path = join(debian, 'changelog');
  const existing = await readOptional(path);
  const { timestamp, foreign, adopts } = options;
  const tags = options.tags && existing === undefined ? await readTags(driver.directory) : [];
  const latest = existing === undefined ? undefined : latestHeader(existing, path);
  const keepsForm = adopts && latest !== undefined && !latest.version.includes('-');
  const revision = keepsForm ? '' : options.revision;
  if (existing === undefined) {
    const file = changelogFile(driver, { timestamp, revision, existing, tags });
    return {
      file: { ...file, before: existing, action: foreign ? 'suggest' : 'create' },
      notes: [],
    };
  }
  const signed = foreign ? existing : followTrailers(driver, existing);
  const unchanged: PlannedFile = {
    path: 'changelog',
    text: signed,
    mode: 0o644,
    unknown: [],
    before: existing,
    action: signed === existing ? 'unchanged' : 'update',
  };
  // In the format 3.0 (quilt) a version needs a Debian revision (dpkg-source(1)). If the latest entry has no revision,
  // an entry with a revision is added for the same version.
  const toQuilt = revision !== '' && latest?.version === driver.version;
  if (hasEntryFor(driver, existing, path) && !toQuilt) return { file: unchanged, notes: [] };
  if (latest && compareVersions(withoutRevision(latest.version), driver.version) > 0) {
    const note = `debian/changelog has ${latest.version}, which is newer than the tree's ${driver.version}; no entry is added`;
    return { file: unchanged, notes: [note] };
  }
  const file = changelogFile(driver, { timestamp, revision, existing: signed, tags, toQuilt });
  return { file: { ...file, before: existing, action: foreign ? 'suggest' : 'update' }, notes: [] };
}
