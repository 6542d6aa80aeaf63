import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { complete } from '../../src/lsp/complete-document.ts';
import { ConfDocument } from '../../src/lsp/conf-document.ts';
import { diagnosticsOf } from '../../src/lsp/diagnostics.ts';
import { documentSymbols } from '../../src/lsp/document-symbols.ts';
import { type Editor, EditorSession } from '../../src/lsp/editor-session.ts';
import { TreeMemory } from '../../src/lsp/tree-memory.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { writeTree } from '../support/lint-a-tree.ts';

/** Returns the codes that an editor shows for a document that it opens. */
async function shown(uri: string, text: string) {
  const document = TextDocument.create(uri, 'shellscript', 1, text);
  return new Promise<unknown[]>((resolve, reject) => {
    const editor: Editor = {
      all: () => [document],
      get: () => document,
      publish: (_uri, _version, found) => resolve(found.map(({ code }) => code)),
      report: reject,
      tell: reject,
    };
    new EditorSession(editor, () => false).changed(document);
  });
}

const LARGE = '#\n'.repeat(40_000);

test.each([
  ['bug: a large script below a directory named dkms-foo', 'file:///dkms-foo/configure', LARGE, []],
  ['a large dkms.conf', 'file:///foo/dkms.conf', LARGE, ['too-large-for-editor']],
  ['one that was not saved', 'untitled:1', `${LARGE}PACKAGE_NAME=x`, ['too-large-for-editor']],
  ['bug: empty lines took seconds', 'untitled:1', '\n'.repeat(65_000), []],
  ['bug: megabytes of empty lines', 'untitled:1', '\n'.repeat(4_000_000), []],
])('%s', async (_, uri, text, codes) => {
  expect(await shown(uri, text)).toEqual(codes);
});

/** Completes in `dkms.conf`, whose text ends at the cursor, in a tree with these files. */
async function completed(text: string, files: Readonly<Record<string, string>>) {
  return withTemporaryDirectory('test', async (directory) => {
    await writeTree(directory, { 'dkms.conf': text, ...files });
    const uri = pathToFileURL(join(directory, 'dkms.conf')).href;
    const document = new ConfDocument(TextDocument.create(uri, 'shellscript', 1, text));
    const told: string[] = [];
    const memory = new TreeMemory((message) => told.push(message));
    const lines = text.split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    const found = await complete(document, position, memory, false);
    return { found, told };
  });
}

test('bug: of more than 500 findings the others were left out without a word', () => {
  const many = Array.from({ length: 503 }, () => ({}) as never);
  const found = diagnosticsOf(many, () => ({ code: 'x' }) as never);
  expect(found).toHaveLength(500);
  expect(found.at(-1)).toMatchObject({
    code: 'more-findings',
    message: '4 more findings are not shown; for all of them, run dkms-deb lint',
  });
  expect(diagnosticsOf(many.slice(3), () => ({ code: 'x' }) as never).at(-1)?.code).toBe('x');
});

test('bug: of more than 1000 assignments the outline left out the others without a word', () => {
  const text = 'A=1\n'.repeat(1002);
  const document = new ConfDocument(TextDocument.create('untitled:1', 'shellscript', 1, text));
  expect(documentSymbols(document).at(-1)?.name).toBe('… and 2 more assignments');
});

test('bug: the editor took a list of 500 completions for complete', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 600 }, (_, i) => [`patches/${i}.patch`, '']),
  );
  const { found } = await completed('PATCH[0]="59', files);
  expect(found).toMatchObject({ isIncomplete: true });
  // What begins with the typed letters comes first.
  expect('items' in found && found.items[0]?.label).toMatch(/^59/);
});

test('bug: modules that cannot be read were missing without a word', async () => {
  const deep = { [`${'d/'.repeat(250)}x`]: '' };
  const { found, told } = await completed('BUILT_MODULE_NAME[0]="', deep);
  expect(found).toEqual([]);
  expect(told).toEqual([expect.stringContaining('the modules of the makefiles are not known: ')]);
});
