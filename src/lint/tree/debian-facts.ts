import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseChangelog } from '../../debian/changelog.ts';
import { type Deb822Paragraph, parseDeb822 } from '../../debian/deb822.ts';
import { type Alternatives, parseRelations } from '../../debian/relations.ts';
import { DkmsDebError } from '../../errors.ts';
import { readTreeFileStart } from '../../system/files/read-tree-file.ts';
import { reasonOf } from '../../system/process/refusal.ts';
import type { UnreadFile } from '../text/rule.ts';

/** The facts about a debian/ directory that the rules need. */
export interface DebianFacts {
  readonly directory: string;
  /**
   * The texts of the files in debian/ by name, without subdirectories, MAX_SIZE bytes of each at most. They are decoded
   * as latin1. A file that cannot be read has the text ''.
   */
  readonly files: ReadonlyMap<string, string>;
  /**
   * The files that were not read, or of which only the beginning was read. A long changelog is not one of them, because
   * its first entry is enough.
   */
  readonly unread: readonly UnreadFile[];
  readonly control: { readonly source: Deb822Paragraph | undefined } | undefined;
  readonly latest: { readonly version: string; readonly line: number } | undefined;
  /** How debian/rules calls dh_dkms. */
  readonly rules: {
    readonly usesDh: boolean;
    readonly withDkms: boolean;
    readonly callsDhDkms: boolean;
    readonly callsWithVersion: boolean;
    /** Whether debian/rules calls dh_dkms with -V without a value. dh_dkms then uses the version of the changelog. */
    readonly takesChangelogVersion: boolean;
    readonly callsDkmsDeb: boolean;
  };
  /**
   * How the fields Build-Depends… name dh-sequence-dkms. `plain`: alone. `alternative`: only as one of several
   * alternatives (`a | b`), which dh overlooks. `none`: not at all.
   */
  readonly sequence: 'plain' | 'alternative' | 'none';
}

const MAX_SIZE = 512 * 1024;

/**
 * Reads the debian/ of a directory. Returns undefined if the directory has no debian/, or if debian/ cannot be read.
 * `control` or `latest` is undefined if its file is missing or cannot be parsed, because `build` reports that error.
 */
export async function readDebianFacts(directory: string): Promise<DebianFacts | undefined> {
  const debian = join(directory, 'debian');
  const entries = await readdir(debian, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return undefined;
  const files = new Map<string, string>();
  const unread: UnreadFile[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = entry.name;
    try {
      const bytes = await readTreeFileStart(join(debian, path), MAX_SIZE + 1);
      files.set(path, bytes.subarray(0, MAX_SIZE).toString('latin1'));
      if (bytes.length <= MAX_SIZE || path === 'changelog') continue;
      unread.push({ path, why: `only the first ${MAX_SIZE} bytes were read` });
    } catch (error) {
      files.set(path, '');
      unread.push({ path, why: reasonOf(error) });
    }
  }
  const control = attempt(() => {
    const text = files.get('control');
    if (text === undefined) return undefined;
    const [source] = parseDeb822(text, join(debian, 'control')).paragraphs;
    return { source };
  });
  const latest = attempt(() => {
    const text = files.get('changelog');
    if (text === undefined) return undefined;
    // Errors are not tolerated here. Otherwise, after a malformed first entry, the second entry would be taken for the
    // latest.
    const [entry] = parseChangelog(text, 'changelog', { maxEntries: 1 });
    return entry;
  });
  return {
    directory: debian,
    files,
    unread,
    control,
    latest,
    rules: rulesFacts(files.get('rules') ?? ''),
    sequence: sequenceOf(control?.source),
  };
}

function rulesFacts(text: string): DebianFacts['rules'] {
  const live = text.replace(/\\\n/g, ' ').replace(/^[ \t]*#.*$/gm, '');
  // Only recipes are searched, because in `override_dh_dkms:` the name is part of a target. A recipe may begin in the
  // line of its target: `override_dh_dkms: ; dh_dkms -V`.
  const recipes = live
    .split('\n')
    .flatMap((line) => /^(?:\t|[^\t:=]+:[^=;]*;)(.*)$/.exec(line)?.[1] ?? []);
  const calls = recipes.flatMap((line) => /\b(dh_dkms\b.*)/.exec(line)?.[1] ?? []);
  return {
    usesDh: recipes.some((line) => /^[ \t@+-]*dh\s/.test(line)),
    withDkms: /--with[= ]["']?[\w,-]*\bdkms\b/.test(live),
    callsDhDkms: calls.length > 0,
    callsWithVersion: calls.some((call) => /\s-V/.test(call)),
    takesChangelogVersion: calls.some((call) => /\s-V\s*(?:$|-)/.test(call)),
    callsDkmsDeb: /\bdkms-deb\s+build\b/.test(live),
  };
}

function sequenceOf(source: Deb822Paragraph | undefined): DebianFacts['sequence'] {
  const fields = ['Build-Depends', 'Build-Depends-Indep', 'Build-Depends-Arch'];
  const relations = fields.flatMap(
    (field) => attempt((): Alternatives[] => parseRelations(source?.get(field) ?? '')) ?? [],
  );
  const naming = relations.filter((alternatives) =>
    alternatives.some(({ name }) => name === 'dh-sequence-dkms'),
  );
  if (naming.some((alternatives) => alternatives.length === 1)) return 'plain';
  return naming.length > 0 ? 'alternative' : 'none';
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof DkmsDebError) return undefined;
    throw error;
  }
}
