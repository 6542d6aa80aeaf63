import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import type { ClientCapabilities, Diagnostic, InitializeResult } from 'vscode-languageserver';
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { DKMS_DEB } from './project.ts';
import type { Sandbox } from './sandbox.ts';

/** An editor that talks with `dkms-deb lsp` over its standard input and output, as VS Code does. */
export interface LspClient {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  /** All diagnostics that the server has published, in order. */
  readonly published: readonly Published[];
  open(uri: string, text: string, languageId?: string): void;
  /** Replaces the whole text. */
  change(uri: string, version: number, text: string): void;
  /** Returns the diagnostics of a version of a document as soon as they are published. */
  diagnostics(uri: string, version?: number): Promise<readonly Diagnostic[]>;
  /** Waits until published diagnostics of a document meet a condition. */
  until(uri: string, met: (found: readonly Diagnostic[]) => boolean): Promise<Published>;
  readonly ended: Promise<number | null>;
  readonly stdin: NodeJS.WritableStream;
  kill(): void;
}

interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}

const SNIPPETS: ClientCapabilities = {
  textDocument: {
    completion: { completionItem: { snippetSupport: true } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
  workspace: { workspaceEdit: { documentChanges: true } },
};

export const codesOf = (found: readonly Diagnostic[]) => found.map(({ code }) => code);

/** Starts the server and initializes it, unless `capabilities` is null. */
export async function startLsp(
  sandbox: Sandbox,
  {
    args = [],
    capabilities = SNIPPETS,
    options,
  }: {
    args?: readonly string[];
    capabilities?: ClientCapabilities | null;
    options?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<LspClient> {
  const server = spawn(DKMS_DEB, ['lsp', ...args], {
    cwd: sandbox.directory,
    env: { ...sandbox.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit').then(([status]) => status as number | null);
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  server.stdin.on('error', () => {});
  const published: Published[] = [];
  const waiting = new Set<() => void>();
  connection.onNotification('textDocument/publishDiagnostics', (params: Published) => {
    published.push(params);
    for (const look of waiting) look();
  });
  connection.onError(() => {});
  connection.listen();
  const initialized =
    capabilities === null
      ? { capabilities: {} }
      : await connection.sendRequest<InitializeResult>('initialize', {
          processId: process.pid,
          rootUri: pathToFileURL(sandbox.directory).href,
          capabilities,
          initializationOptions: options,
        });
  if (capabilities !== null) await connection.sendNotification('initialized', {});
  // A test may close the connection before the notification is written.
  const tell = (method: string, params: object) =>
    void connection.sendNotification(`textDocument/${method}`, params).catch(() => {});
  const find = (met: (one: Published) => boolean) =>
    new Promise<Published>((resolve) => {
      const look = () => {
        const found = published.findLast(met);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    connection,
    initialized,
    published,
    open: (uri, text, languageId = 'shellscript') =>
      tell('didOpen', { textDocument: { uri, languageId, version: 1, text } }),
    change: (uri, version, text) =>
      tell('didChange', { textDocument: { uri, version }, contentChanges: [{ text }] }),
    diagnostics: async (uri, version = 1) =>
      (await find((one) => one.uri === uri && one.version === version)).diagnostics,
    until: (uri, met) => find((one) => one.uri === uri && met(one.diagnostics)),
    ended,
    stdin: server.stdin,
    kill: () => void server.kill('SIGKILL'),
  };
}

/** Ends the server as an editor does; returns its exit status. */
export async function stopLsp({ connection, ended }: LspClient): Promise<number | null> {
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  const status = await ended;
  connection.dispose();
  return status;
}
