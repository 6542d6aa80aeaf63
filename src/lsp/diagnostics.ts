import {
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type Range,
} from 'vscode-languageserver';
import type { LintFinding, Severity } from '../lint/text/rule.ts';
import { printable } from '../report/printable.ts';
import type { ConfDocument } from './conf-document.ts';
import { LARGEST_CHECKED } from './document-size.ts';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/**
 * The most findings of one file that the editor gets. Further ones are left out: they would slow the editor down, and
 * no person reads them.
 */
export const MOST_DIAGNOSTICS = 500;

/** Converts a finding in a document into the form that the editor shows. */
export function diagnosticOf(finding: LintFinding, document: ConfDocument): Diagnostic {
  return diagnostic(finding, rangeOf(finding, document));
}

/**
 * Converts a finding in a file that is not open. Its range is the whole line, because the text of the line is not
 * known here.
 */
export function diagnosticElsewhere(finding: LintFinding): Diagnostic {
  const line = Math.max(0, (finding.line ?? 1) - 1);
  return diagnostic(finding, {
    start: { line, character: 0 },
    end: { line: line + 1, character: 0 },
  });
}

/** Returns the only finding in a document that is too large to be checked. */
export function tooLarge(): Diagnostic {
  return {
    range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } },
    severity: DiagnosticSeverity.Error,
    source: 'dkms-deb',
    code: 'too-large-for-editor',
    message: `editors check at most ${LARGEST_CHECKED >> 10} KiB; for a larger file, run dkms-deb lint`,
  };
}

/**
 * Returns the range that a finding marks: the text that its only edit changes, if this text is within the line of the
 * finding; else this line without the blanks around it. A finding about the whole file marks its first line.
 */
export function rangeOf({ line, edits }: LintFinding, document: ConfDocument): Range {
  const { conf } = document;
  const first = Math.min(line ?? 1, conf.lineCount);
  const from = conf.startOf(first);
  const text = conf.line(first);
  const start = from + (text.length - text.trimStart().length);
  const end = Math.max(start, from + text.trimEnd().length);
  const [edit, ...others] = edits;
  const within = edit && edit.start >= start && edit.end <= end && edit.end > edit.start;
  if (within && others.length === 0) return document.range(edit.start, edit.end);
  return document.range(start, end);
}

function diagnostic(finding: LintFinding, range: Range): Diagnostic {
  const { code, severity, message, advice, edits, why, outdated } = finding;
  const remedy = advice === undefined || edits.length > 0 ? '' : `; ${advice}`;
  return {
    range,
    severity: SEVERITIES[severity],
    source: 'dkms-deb',
    code,
    message: printable(`${message}${remedy}\n${why}`),
    ...(outdated ? { tags: [DiagnosticTag.Deprecated] } : {}),
  };
}
