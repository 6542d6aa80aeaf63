import { InputError } from '../src/library.ts';

/** A section of CHANGELOG.md. */
export interface Release {
  /** The version in the heading. Undefined for `## Unreleased`. */
  readonly version: string | undefined;
  /** Midnight UTC of the day in the heading, in seconds. Undefined for `## Unreleased`. */
  readonly date: number | undefined;
  /** The items, each as one line. */
  readonly items: readonly string[];
}

const HEADING = /^## (?:Unreleased|(\d\S*) - (\d{4}-\d\d-\d\d))$/;

/**
 * Reads CHANGELOG.md, the latest release first: headings `## Unreleased` or `## 1.2.3 - 2026-11-21`, and items `- …`
 * that may continue on indented lines. Text before the first heading is skipped, and so is a heading without items.
 * Throws InputError `changelog-format` for other text.
 */
export function parseReleases(text: string, file: string): Release[] {
  const releases: { version: string | undefined; date: number | undefined; items: string[] }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const latest = releases.at(-1);
    const heading = HEADING.exec(line);
    if (heading !== null) {
      const [, version, day] = heading;
      const date = day === undefined ? undefined : Date.parse(`${day}T00:00:00Z`) / 1000;
      releases.push({ version, date, items: [] });
    } else if (line === '' || (latest === undefined && !line.startsWith('## '))) {
      // Empty lines, the title and the introduction are skipped.
    } else if (latest !== undefined && line.startsWith('- ')) latest.items.push(line.slice(2));
    else if (latest !== undefined && /^ {2,}\S/.test(line) && latest.items.length > 0) {
      latest.items.push(`${latest.items.pop()} ${line.trim()}`);
    } else throw unreadable(file, index + 1);
  }
  return releases.filter(({ items }) => items.length > 0);
}

function unreadable(file: string, line: number): InputError {
  return new InputError('changelog-format', 'this line is neither a release nor an item', {
    where: { file, line },
    hint: 'Write "## Unreleased" or "## 1.2.3 - 2026-11-21", and below it "- what changed".',
  });
}
