import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type Editor, EditorSession } from '../../src/lsp/editor-session.ts';

/** Returns the codes that an editor shows for a document that it opens. */
async function shown(uri: string, text: string) {
  const document = TextDocument.create(uri, 'shellscript', 1, text);
  return new Promise<unknown[]>((resolve, reject) => {
    const editor: Editor = {
      all: () => [document],
      get: () => document,
      publish: (_uri, _version, found) => resolve(found.map(({ code }) => code)),
      report: reject,
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
