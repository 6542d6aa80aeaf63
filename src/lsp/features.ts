import {
  CodeActionKind,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { KBUILD_NAMES, MAKE_NAMES } from '../dkms/source/makefile-name.ts';
import { DkmsDebError } from '../errors.ts';
import { version } from '../system/text/project-file.ts';
import { codeActions, FIX_ALL } from './code-actions.ts';
import { documentSymbols, symbolList } from './document-symbols.ts';
import { EditorSession } from './editor-session.ts';

/** The settings of the server, which its command line decides. */
export interface ServerOptions {
  /**
   * Whether bash may run dkms.conf, and make may evaluate the makefiles. They run when a document is opened or saved,
   * or when a file of WATCHED changes. The initialization option `evaluate` of the editor overrides this setting.
   */
  readonly evaluate: boolean;
}

/** Files other than dkms.conf on which findings often depend. An editor that can watch files reports their changes. */
const WATCHED = [
  `**/{${[...new Set([...KBUILD_NAMES, ...MAKE_NAMES])].join(',')}}`,
  '**/debian/{control,rules,changelog,*.install,*.dkms,*.postinst,*.prerm}',
  '**/patches/*',
];

/** The message for the log of the editor if the server runs nothing of a tree (`evaluate`). */
const ONLY_READ =
  'dkms.conf and makefiles are only read, not run. What only bash and make would find out is not checked.';

/** Answers the requests of an editor. Returns the session with its open documents. */
export function offerFeatures(connection: Connection, options: ServerOptions): EditorSession {
  const documents = new TextDocuments(TextDocument);
  let client: InitializeParams['capabilities'] = {};
  let evaluate = options.evaluate;
  const log = (kind: 'error' | 'warn' | 'info', message: string) => {
    try {
      connection.console[kind](message);
    } catch {
      // The connection is closed, so there is no editor that could get the message. serve() notices that by itself.
    }
  };
  const session = new EditorSession(
    {
      all: () => documents.all(),
      get: (uri) => documents.get(uri),
      publish: (uri, version, diagnostics) => {
        const about = version === undefined ? { uri } : { uri, version };
        connection.sendDiagnostics({ ...about, diagnostics: [...diagnostics] }).catch(() => {
          // The editor has ended. serve() notices that by itself.
        });
      },
      report: (error) => log('error', wordsOf(error)),
      tell: (message) => log('warn', message),
    },
    () => evaluate,
  );
  connection.onInitialize(({ capabilities, initializationOptions }): InitializeResult => {
    client = capabilities;
    evaluate = wishOf(initializationOptions) ?? evaluate;
    return {
      serverInfo: { name: 'dkms-deb', version: version() },
      capabilities: {
        textDocumentSync: {
          openClose: true,
          change: TextDocumentSyncKind.Incremental,
          save: { includeText: false },
        },
        hoverProvider: true,
        completionProvider: { triggerCharacters: ['$', '{', '"', "'", '=', '['] },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
        documentSymbolProvider: true,
      },
    };
  });
  connection.onInitialized(() => {
    if (!evaluate) log('info', ONLY_READ);
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
    connection.client
      .register(DidChangeWatchedFilesNotification.type, {
        watchers: WATCHED.map((globPattern) => ({ globPattern })),
      })
      .catch((error: unknown) => log('error', wordsOf(error)));
  });
  connection.onDidChangeWatchedFiles(() => session.allSaved());
  documents.onDidOpen(({ document }) => session.saved(document));
  documents.onDidSave(({ document }) => session.saved(document));
  documents.onDidChangeContent(({ document }) => session.changed(document));
  documents.onDidClose(({ document }) => session.closed(document));
  connection.onHover(async ({ textDocument, position }) => {
    // The document may change during the import, so it is read afterwards.
    const { hoverAt } = await import('./hover.ts');
    const document = session.conf(textDocument.uri);
    return document && hoverAt(document, position);
  });
  connection.onCompletion(async ({ textDocument, position }) => {
    const { complete } = await import('./complete-document.ts');
    const document = session.conf(textDocument.uri);
    if (document === undefined) return [];
    const snippets = client.textDocument?.completion?.completionItem?.snippetSupport === true;
    return complete(document, position, session.memory, snippets);
  });
  connection.onCodeAction((params) => {
    const versioned = client.workspace?.workspaceEdit?.documentChanges === true;
    return codeActions(params, session, versioned);
  });
  connection.onDocumentSymbol(({ textDocument }) => {
    const document = session.conf(textDocument.uri);
    if (document === undefined) return [];
    const tree = client.textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true;
    return tree ? documentSymbols(document) : symbolList(document);
  });
  documents.listen(connection);
  return session;
}

/** Returns the initialization option `evaluate`; undefined if the editor does not set it. */
function wishOf(options: unknown): boolean | undefined {
  const wish = (options as { evaluate?: unknown } | null | undefined)?.evaluate;
  return typeof wish === 'boolean' ? wish : undefined;
}

/** Returns the text of an error for the log of the editor. For a bug, the text is the stack. */
function wordsOf(error: unknown): string {
  if (error instanceof DkmsDebError) {
    const { where, message, hint } = error;
    return `${where === undefined ? '' : `${where.file}: `}${message}${hint === undefined ? '' : `. ${hint}`}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
