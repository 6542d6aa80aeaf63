import { isSuppressed, readSuppressions } from './suppress.ts';
import type { ConfText } from './text/conf-text.ts';
import { correctedLines } from './text/edits.ts';
import type { LintFinding, RuleDescription, Trap } from './text/rule.ts';

/** Returns a function that adds a mistake in `file` to `findings`, unless a comment in `text` silences the rule. */
export function collector(file: string, text: ConfText, findings: LintFinding[]) {
  const suppressions = readSuppressions(text.text);
  return (rule: RuleDescription, trap: Trap) => {
    const { line, message, edits = [], advice } = trap;
    const correction = edits.length > 0 ? correctedLines(text, edits) : undefined;
    if (isSuppressed(suppressions, rule.code, line)) return;
    findings.push({
      code: rule.code,
      severity: rule.severity,
      title: rule.title,
      why: rule.why,
      file,
      line,
      message: decoded(message),
      source: line === undefined ? '' : decoded(text.line(line)),
      corrected: correction && decoded(correction.corrected),
      ...(correction && { firstLine: correction.firstLine, lastLine: correction.lastLine }),
      advice,
      fixable: rule.fixable === true && edits.length > 0,
      edits,
      ...(rule.outdated && { outdated: true }),
      missingScript: trap.missingScript,
    });
  };
}

/**
 * Takes a text that was read as latin1, and returns it decoded as UTF-8. Returns it unchanged if its bytes are not
 * UTF-8.
 */
function decoded(text: string): string {
  if (!/[\x80-\xff]/.test(text) || /[^\0-\xff]/.test(text)) return text;
  const utf8 = Buffer.from(text, 'latin1').toString('utf8');
  return utf8.includes('\ufffd') ? text : utf8;
}

/** Returns the findings sorted by file, line and code. */
export function sorted(findings: readonly LintFinding[]): LintFinding[] {
  return [...findings].sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  );
}
