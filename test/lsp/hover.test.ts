import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { ConfDocument } from '../../src/lsp/conf-document.ts';
import { hoverAt } from '../../src/lsp/hover.ts';
import { cpuTime } from '../support/cpu-time.ts';

test.each(['a', '#', '# dkms-deb: ignore '])(
  'bug: hover in a line of many %j took seconds',
  async (text) => {
    const line = `${text.repeat(64_000 / text.length)}!`;
    const document = new ConfDocument(TextDocument.create('untitled:1', 'shellscript', 1, line));
    const used = await cpuTime(() => {
      expect(hoverAt(document, { line: 0, character: line.length })).toBeUndefined();
    });
    expect(used).toBeLessThan(1000);
  },
);
