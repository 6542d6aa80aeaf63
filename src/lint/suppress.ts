/** A comment `# dkms-deb: ignore CODE[,CODE…] reason`. */
export interface Suppression {
  readonly line: number;
  readonly codes: readonly string[];
  readonly reason: string;
}

const COMMENT = /#\s*dkms-deb:\s*ignore\s+([\w-]+(?:\s*,\s*[\w-]+)*)[ \t]*(.*)$/;

/** Returns the comments that silence rules. */
export function readSuppressions(text: string): Suppression[] {
  return text.split('\n').flatMap((line, index) => {
    const [, codes, reason = ''] = COMMENT.exec(line) ?? [];
    if (codes === undefined) return [];
    return [{ line: index + 1, codes: codes.split(/\s*,\s*/), reason: reason.trim() }];
  });
}

/**
 * Whether a comment silences the rule `code` on `line`. The comment must be on the same line or on the line above. If
 * `line` is undefined, the comment may be on any line of the file.
 */
export function isSuppressed(
  suppressions: readonly Suppression[],
  code: string,
  line: number | undefined,
): boolean {
  return suppressions.some(
    (comment) =>
      comment.codes.includes(code) &&
      (line === undefined || comment.line === line || comment.line === line - 1),
  );
}
