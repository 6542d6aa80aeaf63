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
 * The most diagnostics of one file that the editor gets. More would slow the editor down, and no person reads them. If
 * there are more findings, the last diagnostic gives the number of those that are left out.
 */
export const MOST_DIAGNOSTICS = 500;

/** Converts the findings of one file, and leaves out those beyond MOST_DIAGNOSTICS. */
export function diagnosticsOf(
  findings: readonly LintFinding[],
  convert: (finding: LintFinding) => Diagnostic,
): Diagnostic[] {
  if (findings.length <= MOST_DIAGNOSTICS) return findings.map(convert);
  const shown = findings.slice(0, MOST_DIAGNOSTICS - 1).map(convert);
  const more = findings.length - shown.length;
  const message = `${more} more findings are not shown; for all of them, run dkms-deb lint`;
  return [...shown, ofWholeFile('more-findings', DiagnosticSeverity.Warning, message)];
}

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
  return ofWholeFile(
    'too-large-for-editor',
    DiagnosticSeverity.Error,
    `this file has more than ${LARGEST_CHECKED >> 10} KiB, so it is not checked in an editor; check it with dkms-deb lint`,
  );
}

/** Returns a message about a whole file, at its first line. */
function ofWholeFile(code: string, severity: DiagnosticSeverity, message: string): Diagnostic {
  const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
  return { range, severity, source: 'dkms-deb', code, message };
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
