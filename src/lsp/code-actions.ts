import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { correctedLines } from '../lint/text/edits.ts';
import type { LintFinding } from '../lint/text/rule.ts';
import { printableLine } from '../report/printable.ts';
import { type ConfDocument, decoded } from './conf-document.ts';
import { diagnosticOf, rangeOf } from './diagnostics.ts';
import { placeOf } from './document-place.ts';
import type { Checked, EditorSession } from './editor-session.ts';

/**
 * The kind of the action that makes all safe corrections. Editors can run actions of this kind when a file is saved.
 */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.dkms-deb`;

/** Returns an action for each correction in a part of a document, and one that makes all safe corrections. */
export async function codeActions(
  { textDocument, range, context }: CodeActionParams,
  session: EditorSession,
  versioned: boolean,
): Promise<CodeAction[]> {
  const checked = await session.check(textDocument.uri);
  if (checked === undefined) return [];
  const wanted = (kind: string) =>
    context.only === undefined ||
    context.only.some((only) => kind === only || kind.startsWith(`${only}.`) || only === '');
  const actions = wanted(CodeActionKind.QuickFix) ? quickFixes(checked, range, versioned) : [];
  const fixable = checked.findings.some((finding) => finding.fixable);
  if (fixable && wanted(FIX_ALL)) actions.push(await fixAll(checked, session, versioned));
  return actions;
}

/** Returns an action for each finding that touches the range and has a correction. */
function quickFixes({ document, findings }: Checked, range: Range, versioned: boolean) {
  return findings
    .filter((finding) => finding.edits.length > 0 && touches(rangeOf(finding, document), range))
    .map((finding): CodeAction => {
      const edits = finding.edits.map(({ start, end, text }) => ({
        range: document.range(start, end),
        newText: decoded(text),
      }));
      return {
        title: titleOf(finding, document),
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnosticOf(finding, document)],
        // An editor may run preferred actions without asking. So only corrections that lint --fix makes are
        // preferred.
        isPreferred: finding.fixable,
        edit: workspaceEdit(document, edits, versioned),
      };
    });
}

async function fixAll(
  { document }: Checked,
  { memory }: EditorSession,
  versioned: boolean,
): Promise<CodeAction> {
  const before = document.conf.text;
  const { fixText } = await import('./check-text.ts');
  const after = await fixText(before, placeOf(document.document.uri), memory);
  return {
    title: 'Make all safe corrections of dkms-deb lint',
    kind: FIX_ALL,
    edit: workspaceEdit(document, changed(document, before, after), versioned),
  };
}

/**
 * Returns one edit that changes `before` into `after`. It is as short as possible, so that the cursor keeps its
 * place.
 */
function changed(document: ConfDocument, before: string, after: string): TextEdit[] {
  if (before === after) return [];
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  // The texts are latin1, one character for each byte. An edit must not begin or end within a character of UTF-8.
  while (start > 0 && isWithin(before, start)) start--;
  while (end > 0 && isWithin(before, before.length - end)) end--;
  const range = document.range(start, before.length - end);
  return [{ range, newText: decoded(after.slice(start, after.length - end)) }];
}

/** Whether the byte at an offset continues a character of UTF-8. */
function isWithin(text: string, offset: number): boolean {
  return (text.charCodeAt(offset) & 0xc0) === 0x80;
}

function titleOf({ code, edits }: LintFinding, { conf }: ConfDocument): string {
  const { corrected } = correctedLines(conf, edits);
  if (corrected === '') return `Delete the line (${code})`;
  const [line = '', ...others] = decoded(corrected).split('\n');
  const shown = line.trim().length > 60 || others.length > 0 ? undefined : line.trim();
  return printableLine(shown === undefined ? `Correct ${code}` : `Change to ${shown} (${code})`);
}

function workspaceEdit(
  { document: { uri, version } }: ConfDocument,
  edits: TextEdit[],
  versioned: boolean,
): WorkspaceEdit {
  return versioned
    ? { documentChanges: [{ textDocument: { uri, version }, edits }] }
    : { changes: { [uri]: edits } };
}

function touches(one: Range, other: Range): boolean {
  const ends = (a: Range['start'], b: Range['start']) =>
    a.line < b.line || (a.line === b.line && a.character < b.character);
  return !ends(one.end, other.start) && !ends(other.end, one.start);
}
