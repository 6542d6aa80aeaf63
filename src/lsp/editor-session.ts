import { pathToFileURL } from 'node:url';
import type { Diagnostic } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { LintFinding } from '../lint/text/rule.ts';
import type { TreeFindings } from './check-tree.ts';
import { ConfDocument } from './conf-document.ts';
import { diagnosticElsewhere, diagnosticOf, diagnosticsOf, tooLarge } from './diagnostics.ts';
import { isConfDocument, placeOf } from './document-place.ts';
import { isTooLarge } from './document-size.ts';
import { LatestRun } from './latest-run.ts';
import { TreeMemory } from './tree-memory.ts';

/**
 * PAUSE is the time in milliseconds between a change and the check of the document. If further changes come without a
 * pause, the document is checked at the latest after LATEST milliseconds.
 */
const PAUSE = 120;
const LATEST = 1000;
/**
 * The pause in milliseconds before a document is checked with its tree. The check is planned when the document is
 * opened or saved, or when files around it change.
 */
const TREE_PAUSE = 50;

/** The functions of the editor that the session calls. */
export interface Editor {
  /** The open documents. */
  all(): readonly TextDocument[];
  get(uri: string): TextDocument | undefined;
  publish(uri: string, version: number | undefined, diagnostics: readonly Diagnostic[]): void;
  /** Reports an error that is not about a document. */
  report(error: unknown): void;
  /** Writes a message into the log of the editor. */
  tell(message: string): void;
}

/** One version of a document, and the findings in its text. */
export interface Checked {
  readonly document: ConfDocument;
  readonly findings: readonly LintFinding[];
}

/**
 * Checks the open documents of an editor, and keeps the findings. The rules of lint are most of the code of dkms-deb.
 * They are loaded when the first document is checked, because an editor may start the server long before that.
 */
export class EditorSession {
  readonly memory: TreeMemory;
  readonly #editor: Editor;
  readonly #evaluate: () => boolean;
  readonly #texts: LatestRun;
  readonly #trees: LatestRun;
  #ended = false;
  readonly #ofTrees = new Map<string, TreeFindings>();
  readonly #checked = new Map<string, { version: number; result: Promise<Checked> }>();

  /** `evaluate` says whether bash may run dkms.conf, and make may evaluate the makefiles. */
  constructor(editor: Editor, evaluate: () => boolean) {
    this.#editor = editor;
    this.memory = new TreeMemory((message) => this.#ended || editor.tell(message));
    this.#evaluate = evaluate;
    const report = (error: unknown) => {
      if (!this.#ended) editor.report(error);
    };
    this.#texts = new LatestRun(PAUSE, LATEST, report);
    this.#trees = new LatestRun(TREE_PAUSE, LATEST, report);
  }

  /** Plans a check of the text of a document, because it was changed. */
  changed({ uri }: TextDocument): void {
    this.#texts.request(uri, (isLatest) => this.#publish(uri, isLatest));
  }

  /** Plans a check of a document with its tree, because it was opened or saved, or files around it have changed. */
  saved({ uri }: TextDocument): void {
    this.memory.forget();
    this.#checked.delete(uri);
    this.#trees.request(uri, async (isLatest) => {
      const place = placeOf(uri);
      const document = this.conf(uri);
      if (place === undefined || document === undefined) return;
      const { checkTree } = await import('./check-tree.ts');
      const found = await checkTree(place, this.#open(), this.#evaluate());
      if (!isLatest() || this.#editor.get(uri) === undefined) return;
      this.#publishOthers(uri, found.others);
      this.#ofTrees.set(uri, found);
      await this.#publish(uri, isLatest);
    });
  }

  /** Plans a check of all open documents with their trees, because files around them have changed. */
  allSaved(): void {
    for (const document of this.#editor.all()) this.saved(document);
  }

  closed({ uri }: TextDocument): void {
    this.#texts.cancel(uri);
    this.#trees.cancel(uri);
    this.#publishOthers(uri, []);
    this.#ofTrees.delete(uri);
    this.#checked.delete(uri);
    this.#show(uri, undefined, []);
  }

  /** Cancels all planned checks, and sends nothing any more, because the connection is closed. */
  end(): void {
    this.#ended = true;
    this.#texts.cancelAll();
    this.#trees.cancelAll();
  }

  /** Returns an open document. Undefined if it is not open, not a dkms.conf, or too large to be checked. */
  conf(uri: string): ConfDocument | undefined {
    const document = this.#editor.get(uri);
    if (document === undefined) return undefined;
    const text = document.getText();
    if (isTooLarge(text) || !isConfDocument(uri, text)) return undefined;
    return new ConfDocument(document);
  }

  /** Returns the findings in the current text of a document. Undefined if conf() returns undefined. */
  async check(uri: string): Promise<Checked | undefined> {
    const document = this.conf(uri);
    if (document === undefined) return undefined;
    const { version } = document.document;
    const known = this.#checked.get(uri);
    if (known?.version === version) return known.result;
    const result = this.#findings(document);
    this.#checked.set(uri, { version, result });
    return result;
  }

  async #findings(document: ConfDocument): Promise<Checked> {
    const place = placeOf(document.document.uri);
    const { checkText } = await import('./check-text.ts');
    return { document, findings: await checkText(document.conf.text, place, this.memory) };
  }

  async #publish(uri: string, isLatest: () => boolean): Promise<void> {
    const open = this.#editor.get(uri);
    if (open === undefined) return;
    const { version } = open;
    const text = open.getText();
    if (isTooLarge(text) && isConfDocument(uri, text)) {
      this.#show(uri, version, [tooLarge()]);
      return;
    }
    const checked = await this.check(uri);
    const current = this.#editor.get(uri);
    if (!isLatest() || current === undefined || current.version !== version) return;
    if (checked === undefined) {
      this.#show(uri, version, []);
      return;
    }
    const { document, findings } = checked;
    const all = [...findings, ...this.#remaining(uri, checked)];
    this.#show(
      uri,
      version,
      diagnosticsOf(all, (finding) => diagnosticOf(finding, document)),
    );
  }

  /**
   * Returns those findings of the last check with the tree whose line is still somewhere in the text. Leaves out
   * findings that the check of the text alone found, too.
   */
  #remaining(uri: string, { document, findings }: Checked): LintFinding[] {
    const known = new Set(findings.map(({ code, message }) => `${code} ${message}`));
    const lines = document.document.getText().split('\n');
    return (this.#ofTrees.get(uri)?.own ?? []).flatMap((finding) => {
      if (known.has(`${finding.code} ${finding.message}`)) return [];
      if (finding.line === undefined) return [finding];
      const wanted = finding.source.trimEnd();
      const same = (line: number) => lines[line - 1]?.trimEnd() === wanted;
      const at = same(finding.line)
        ? finding.line
        : lines.findIndex((line) => line.trimEnd() === wanted) + 1;
      // The edits are left out, because their offsets are those of the saved text.
      return at === 0 ? [] : [{ ...finding, line: at, edits: [] }];
    });
  }

  /**
   * Sends the findings in files that are not open. For a file that had findings before and has none now, sends an
   * empty list.
   */
  #publishOthers(uri: string, findings: readonly LintFinding[]): void {
    const before = this.#ofTrees.get(uri)?.others ?? [];
    const files = new Set([...before, ...findings].map(({ file }) => file));
    for (const file of files) {
      const own = findings.filter((one) => one.file === file);
      const other = pathToFileURL(file).href;
      this.#show(other, undefined, diagnosticsOf(own, diagnosticElsewhere));
    }
  }

  #show(uri: string, version: number | undefined, diagnostics: readonly Diagnostic[]): void {
    if (!this.#ended) this.#editor.publish(uri, version, diagnostics);
  }

  /**
   * Returns, by path, the texts of the open documents that have a path and are not too large. A text has one character
   * (latin1) for each byte of the document.
   */
  #open(): Map<string, string> {
    const texts = new Map<string, string>();
    for (const document of this.#editor.all()) {
      const file = placeOf(document.uri)?.file;
      if (file === undefined || isTooLarge(document.getText())) continue;
      texts.set(file, Buffer.from(document.getText(), 'utf8').toString('latin1'));
    }
    return texts;
  }
}
