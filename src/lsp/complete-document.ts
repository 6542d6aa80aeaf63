import type { CompletionItem, CompletionList, Position } from 'vscode-languageserver';
import { isDirective } from '../dkms/conf/directives.ts';
import { ALL_RULES } from '../lint/registry.ts';
import { completeNames } from './complete-names.ts';
import { completeValues } from './complete-values.ts';
import { type ConfDocument, LONGEST_LINE } from './conf-document.ts';
import { placeOf } from './document-place.ts';
import type { TreeMemory } from './tree-memory.ts';

/**
 * The most completions in a list, because nobody reads a longer one. The editor is told that a longer list is not
 * complete; it then asks again after each further letter.
 */
const MOST_ITEMS = 500;

/** Returns the completions at a position: those of completionsAt, at most MOST_ITEMS. */
export async function complete(
  ...about: Parameters<typeof completionsAt>
): Promise<CompletionItem[] | CompletionList> {
  const items = await completionsAt(...about);
  if (items.length <= MOST_ITEMS) return items;
  return { isIncomplete: true, items: items.slice(0, MOST_ITEMS) };
}

/**
 * Returns what may be written at a position: at the beginning of a line the names of directives, after `=` the values
 * of the directive, after `# dkms-deb: ignore` the codes of rules.
 */
async function completionsAt(
  document: ConfDocument,
  position: Position,
  memory: TreeMemory,
  snippets: boolean,
): Promise<CompletionItem[]> {
  const line = document.document.getText({
    start: { line: position.line, character: 0 },
    end: position,
  });
  if (line.length > LONGEST_LINE) return [];
  const place = placeOf(document.document.uri);
  const rangeOf = (typed: string) => ({
    start: { line: position.line, character: position.character - typed.length },
    end: position,
  });
  const [, code] = /#\s*dkms-deb:\s*ignore\s+(?:[\w-]+\s*,\s*)*([\w-]*)$/.exec(line) ?? [];
  if (code !== undefined) {
    return ALL_RULES.map(({ code: label, title }) => ({
      label,
      detail: title,
      textEdit: { range: rangeOf(code), newText: label },
    }));
  }
  const [, typed] = /^\s*(?:export\s+)?(\w*(?:\[\d*\]?)?)$/.exec(line) ?? [];
  if (typed !== undefined) return completeNames(document.conf, typed, rangeOf(typed), snippets);
  const [, name = '', index, quote = '', value = ''] =
    /^\s*(?:export\s+)?(\w+)(?:\[(\d+)\])?=(["']?)([^"']*)$/.exec(line) ?? [];
  if (!isDirective(name)) return [];
  const at = { directive: name, index: Number(index ?? 0), quote, typed: value };
  return completeValues(document.conf, at, rangeOf, place && { place, memory });
}
