import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect } from 'vitest';
import type {
  CodeAction,
  CompletionItem,
  DocumentSymbol,
  Hover,
  TextEdit,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { CLEAN_TREE, confWith, writeTree } from '../support/lint-a-tree.ts';
import { codesOf, type LspClient, startLsp, stopLsp } from '../support/lsp-client.ts';
import { type Sandbox, sandboxTest as test } from '../support/sandbox.ts';

const CONF = CLEAN_TREE['dkms.conf'] ?? '';

/** Writes a driver, and returns the URI of its dkms.conf. */
async function driver(sandbox: Sandbox, files: Readonly<Record<string, string>> = {}) {
  const tree = join(sandbox.directory, 'my driver');
  await mkdir(tree);
  await writeTree(tree, { ...CLEAN_TREE, ...files });
  const uriOf = (path: string) => pathToFileURL(join(tree, path)).href;
  return { tree, uri: uriOf('dkms.conf'), uriOf };
}

/** Where `|` is in the text, and the text without it. */
function cursor(marked: string) {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const position = TextDocument.create('', '', 1, text).positionAt(offset);
  return { text, position };
}

const applied = (text: string, edits: readonly TextEdit[]) =>
  TextDocument.applyEdits(TextDocument.create('', '', 1, text), [...edits]);

async function actions(client: LspClient, uri: string, only?: string[]): Promise<CodeAction[]> {
  const range = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };
  const context = { diagnostics: [], ...(only && { only }) };
  const params = { textDocument: { uri }, range, context };
  return client.connection.sendRequest('textDocument/codeAction', params);
}

const editsOf = ({ edit }: CodeAction) =>
  (edit?.documentChanges ?? []).flatMap((change) =>
    'edits' in change ? (change.edits as TextEdit[]) : [],
  );

describe('findings', () => {
  test('are those of the text in the editor, not of the file on the disk', async ({ sandbox }) => {
    const { uri } = await driver(sandbox);
    const client = await startLsp(sandbox);
    expect(client.initialized.serverInfo?.name).toBe('dkms-deb');
    client.open(uri, CONF);
    expect(await client.diagnostics(uri)).toEqual([]);
    const text = `${CONF}REMAKE_INITRD="yes"\nPATCH[0]="none.patch"\nBUILT_MODULE_NAME[1]="bar"\n`;
    client.change(uri, 2, text);
    const found = await client.diagnostics(uri, 2);
    expect(codesOf(found).sort()).toEqual([
      'deprecated-directive',
      'missing-directive',
      'patch-missing',
    ]);
    const [old] = found.filter(({ code }) => code === 'deprecated-directive');
    expect(old).toMatchObject({
      source: 'dkms-deb',
      severity: 2,
      tags: [2],
      range: { start: { line: 5, character: 0 }, end: { line: 5, character: 19 } },
    });
    client.change(uri, 3, CONF);
    expect(await client.diagnostics(uri, 3)).toEqual([]);
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    expect(await stopLsp(client)).toBe(0);
  });

  test('about other files of the tree are shown in these files, and disappear when the document is closed', async ({
    sandbox,
  }) => {
    const { uri, uriOf } = await driver(sandbox, {
      Makefile: 'obj-m += foo.o\nEXTRA_CFLAGS += -DX\n',
    });
    const client = await startLsp(sandbox);
    client.open(uri, CONF);
    const makefile = uriOf('Makefile');
    const { diagnostics } = await client.until(makefile, (found) => found.length > 0);
    expect(diagnostics[0]).toMatchObject({ code: 'extra-cflags', range: { start: { line: 1 } } });
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    await client.until(makefile, (found) => found.length === 0);
    await stopLsp(client);
  });

  test('are found without running anything of the tree, unless the editor allows it', async ({
    sandbox,
  }) => {
    const mark = join(sandbox.directory, 'ran');
    const text = confWith(`MAKE="make A=\\"1\\""\nX=$(touch '${mark}' 2>/dev/null; echo 1)`);
    const { uri } = await driver(sandbox, { 'dkms.conf': text });
    const client = await startLsp(sandbox);
    client.open(uri, text);
    await client.diagnostics(uri);
    await client.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
    client.change(uri, 2, `${text}REMAKE_INITRD=no\n`);
    expect(codesOf(await client.diagnostics(uri, 2))).toEqual(['deprecated-directive']);
    await stopLsp(client);
    await expect(writeFile(mark, '', { flag: 'wx' })).resolves.toBeUndefined();

    const trusting = await startLsp(sandbox, { options: { evaluate: true } });
    trusting.open(uri, text);
    const quotes = (found: Parameters<typeof codesOf>[0]) => codesOf(found).includes('quotes-lost');
    await trusting.until(uri, quotes);
    // The finding stays at its line until that line changes.
    trusting.change(uri, 2, `\n${text}`);
    expect(codesOf(await trusting.diagnostics(uri, 2))).toContain('quotes-lost');
    trusting.change(uri, 3, text.replace('A=', 'B='));
    expect(codesOf(await trusting.diagnostics(uri, 3))).not.toContain('quotes-lost');
    await stopLsp(trusting);
  });

  test('a shell script and a .dkms file that is a list have none', async ({ sandbox }) => {
    const { uriOf } = await driver(sandbox);
    const client = await startLsp(sandbox);
    for (const [path, text] of [
      ['configure', "PACKAGE_NAME='x'\nREMAKE_INITRD=1\n"],
      ['debian/foo-dkms.dkms', 'dkms.conf\n'],
      ['dkms.conf.in', 'PACKAGE_NAME="@NAME@"\n'],
    ] as const) {
      client.open(uriOf(path), text);
    }
    expect(await client.diagnostics(uriOf('configure'))).toEqual([]);
    expect(await client.diagnostics(uriOf('debian/foo-dkms.dkms'))).toEqual([]);
    expect(codesOf(await client.diagnostics(uriOf('dkms.conf.in')))).toContain('placeholder');
    await stopLsp(client);
  });
});

describe('corrections', () => {
  test('can be made for one finding, and for all at once', async ({ sandbox }) => {
    const { uri } = await driver(sandbox);
    const client = await startLsp(sandbox);
    const text = `# \u{1F600} ä\n${CONF}REMAKE_INITRD="\u{1F600}"\r\nMAKE="make K=/lib/modules/$(uname -r)/build A=\u{1F600} M=/usr/src/foo-1.0"\n`;
    client.open(uri, text);
    const found = await client.diagnostics(uri);
    expect(codesOf(found)).toContain('uname-r');
    const [uname] = found.filter(({ code }) => code === 'uname-r');
    const line = text.split('\n')[7] ?? '';
    expect(line.slice(uname?.range.start.character, uname?.range.end.character)).toBe(
      '$(uname -r)',
    );
    const quick = await actions(client, uri, ['quickfix']);
    const [fix] = quick.filter(({ diagnostics }) => diagnostics?.[0]?.code === 'uname-r');
    expect(fix).toMatchObject({ isPreferred: true, kind: 'quickfix' });
    expect(applied(text, editsOf(fix ?? { title: '' }))).toBe(
      text.replace('$(uname -r)', '$kernelver'),
    );
    const [all] = await actions(client, uri, ['source.fixAll']);
    expect(all?.kind).toBe('source.fixAll.dkms-deb');
    const fixed = applied(text, editsOf(all ?? { title: '' }));
    expect(fixed).toBe(
      `# \u{1F600} ä\n${CONF}MAKE="make K=/lib/modules/$kernelver/build A=\u{1F600} M=\${source_tree}/foo-1.0"\n`,
    );
    client.change(uri, 2, fixed);
    expect(await client.diagnostics(uri, 2)).toEqual([]);
    expect(await actions(client, uri)).toEqual([]);
    await stopLsp(client);
  });
});

describe('explanations and completions', () => {
  test('hover explains directives, variables and rules', async ({ sandbox }) => {
    const { uri } = await driver(sandbox);
    const client = await startLsp(sandbox);
    const hover = async (marked: string, version: number) => {
      const { text, position } = cursor(marked);
      client.change(uri, version, text);
      const params = { textDocument: { uri }, position };
      const found: Hover | null = await client.connection.sendRequest('textDocument/hover', params);
      return found === null ? undefined : JSON.stringify(found.contents);
    };
    client.open(uri, '');
    expect(await hover('CL|EAN="make clean"', 2)).toMatch(/Deprecated since DKMS 3\.1\.8/);
    expect(await hover('BUILD_EXCLUSIVE_KERNEL|_MIN=5', 3)).toContain('Since DKMS 3.0.11');
    expect(await hover('ä="\u{1F600}" MAKE="make K=$kern|elver"', 4)).toContain(
      'release of the kernel',
    );
    expect(await hover('# dkms-deb: ignore uname|-r why', 5)).toContain('instead of $kernelver');
    expect(await hover('FOO=|1', 6)).toBeUndefined();
    await stopLsp(client);
  });

  test('completion knows free indices, modules of makefiles, patches and scripts', async ({
    sandbox,
  }) => {
    const { uri } = await driver(sandbox, {
      Makefile: 'obj-m += foo.o sub/\nobj-$(CONFIG_X) += bar.o\n',
      'sub/Makefile': 'obj-m += deep.o\n',
      'patches/a.patch': '',
      'patches/b c.patch': '',
      'scripts/pre.sh': '#!/bin/sh\n',
    });
    const client = await startLsp(sandbox);
    client.open(uri, '');
    let version = 1;
    const items = async (marked: string): Promise<CompletionItem[]> => {
      const { text, position } = cursor(marked);
      client.change(uri, ++version, text);
      const params = { textDocument: { uri }, position };
      return client.connection.sendRequest('textDocument/completion', params);
    };
    const labels = async (marked: string) => (await items(marked)).map(({ label }) => label);
    const names = await items(`${CONF}BUIL|`);
    const next = names.find(({ label }) => label === 'BUILT_MODULE_NAME[1]');
    expect(next).toMatchObject({ filterText: 'BUILT_MODULE_NAME', insertTextFormat: 2 });
    expect(next?.textEdit?.newText).toBe(`BUILT_MODULE_NAME[1]="\${1:}"`);
    expect(await labels('BUILT_MODULE_NAME[0]="a"\nBUILT_MODULE_NAME[1]="b"\nDEST|')).toContain(
      'DEST_MODULE_LOCATION[0]',
    );
    expect(await labels('PATCH[0]="a"\nPATCH[|')).toContain('PATCH[1]');
    expect(await labels(`${CONF}BUILT_MODULE_NAME[1]="|"`)).toEqual(['bar', 'deep', 'foo']);
    expect(await labels('BUILT_MODULE_NAME="deep"\nBUILT_MODULE_LOCATION="|')).toEqual(['sub/']);
    expect(await labels('PATCH[0]=|')).toEqual(['a.patch']);
    expect((await items('PATCH[0]=|'))[0]?.textEdit?.newText).toBe('"a.patch"');
    expect(await labels('PRE_BUILD="|')).toEqual(['scripts/pre.sh']);
    expect(await labels('AUTOINSTALL="|')).toEqual(['yes', 'no']);
    expect(await labels('DEST_MODULE_LOCATION="|')).toContain('/updates');
    expect(await labels('MAKE="make K=$|')).toContain('kernel_source_dir');
    expect(await labels('# dkms-deb: ignore cl|')).toContain('clean-ignored');
    expect(await labels('FOO="|')).toEqual([]);
    const symbols: DocumentSymbol[] = await client.connection.sendRequest(
      'textDocument/documentSymbol',
      { textDocument: { uri } },
    );
    expect(symbols.map(({ name }) => name)).toEqual(['FOO']);
    await stopLsp(client);
  });
});
