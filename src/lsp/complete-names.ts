import {
  type CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  InsertTextFormat,
  MarkupKind,
  type Range,
} from 'vscode-languageserver';
import type { Directive } from '../dkms/conf/directives.ts';
import {
  BY_SUBJECT,
  describeDirective,
  factsOf,
  isArray,
  kindOfValue,
} from '../dkms/directives/directive-facts.ts';
import { MODULE_DIRECTIVES } from '../dkms/directives/module-directives.ts';
import type { ConfText } from '../lint/text/conf-text.ts';

/** For each of these directives: the directive whose indices it should have, too. */
const LEADERS: Partial<Readonly<Record<Directive, Directive>>> = {
  MAKE_MATCH: 'MAKE',
  PATCH_MATCH: 'PATCH',
  ...Object.fromEntries(
    Object.keys(MODULE_DIRECTIVES)
      .filter((name) => name !== 'BUILT_MODULE_NAME')
      .map((name) => [name, 'BUILT_MODULE_NAME']),
  ),
};

/** Directives that most files set only once, without an index. */
const RARELY_INDEXED = /^(?:MAKE|BUILD_EXCLUSIVE_\w+)$/;

/**
 * Returns all directives, each with the index to write next. `typed` is the text before the cursor, which the
 * completion replaces.
 */
export function completeNames(
  conf: ConfText,
  typed: string,
  range: Range,
  snippets: boolean,
): CompletionItem[] {
  const line = range.start.line + 1;
  return BY_SUBJECT.map((directive, order): CompletionItem => {
    const { deprecated, meaning } = factsOf(directive);
    const label = nameWithIndex(conf, directive, line);
    const isSet = !isArray(directive) && indicesOf(conf, directive, line).size > 0;
    return {
      label,
      kind: CompletionItemKind.Property,
      detail: meaning.split('. ')[0] ?? '',
      documentation: { kind: MarkupKind.Markdown, value: describeDirective(directive) },
      // Deprecated directives come last. Before them come the directives that the file sets already.
      sortText: `${deprecated === undefined ? (isSet ? 1 : 0) : 2}${String(order).padStart(2, '0')}`,
      filterText: typed.includes('[') ? label : directive,
      textEdit: { range, newText: `${label}=${usualValue(directive, snippets)}` },
      ...(snippets ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
      ...(deprecated === undefined ? {} : { tags: [CompletionItemTag.Deprecated] }),
    };
  });
}

/**
 * Returns a directive with the index to write next: the first index that the leader of the directive (LEADERS) has, but
 * the directive itself lacks; else the first free index. Directives that are no arrays get no index; those of
 * RARELY_INDEXED get none for the first element.
 */
function nameWithIndex(conf: ConfText, directive: Directive, line: number): string {
  if (!isArray(directive)) return directive;
  const own = indicesOf(conf, directive, line);
  const leader = LEADERS[directive];
  const led = leader === undefined ? [] : [...indicesOf(conf, leader, line)];
  const lacking = led.sort((a, b) => a - b).find((index) => !own.has(index));
  let free = 0;
  // The first gap is filled, because DKMS refuses an array with a gap, or does not read all of its elements.
  while (own.has(free)) free++;
  const next = lacking ?? free;
  return next === 0 && RARELY_INDEXED.test(directive) ? directive : `${directive}[${next}]`;
}

/** Returns the indices that other lines set. The line that is being written does not count. */
function indicesOf(conf: ConfText, directive: Directive, line: number): Set<number> {
  const others = conf.of(directive).filter(({ start }) => conf.lineOf(start) !== line);
  return new Set(others.map(({ index }) => Number(index ?? 0)).filter(Number.isSafeInteger));
}

/**
 * Returns the usual value of a directive, in quotes. Returns '""' for a directive without a usual value. In a snippet
 * the value is selected, so that the next typed letter replaces it.
 */
function usualValue(directive: Directive, snippets: boolean): string {
  const kind = kindOfValue(directive);
  const usual =
    directive === 'STRIP'
      ? 'no'
      : kind === 'yes-no'
        ? 'yes'
        : kind === 'destination'
          ? '/updates'
          : '';
  return snippets ? `"\${1:${usual}}"` : `"${usual}"`;
}
