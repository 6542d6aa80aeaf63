import {
  type DocumentSymbol,
  type Range,
  type SymbolInformation,
  SymbolKind,
} from 'vscode-languageserver';
import { isDirective } from '../dkms/conf/directives.ts';
import { type ConfDocument, decoded } from './conf-document.ts';

/**
 * The most assignments that an outline shows, because a generated file may have thousands. One more entry gives the
 * number of the others.
 */
const MOST = 1000;
const LONGEST_DETAIL = 80;

/** Returns the assignments in a dkms.conf, which the editor shows as an outline. */
export function documentSymbols(document: ConfDocument): DocumentSymbol[] {
  const { conf } = document;
  const shown = conf.assignments.slice(0, MOST).map((assignment): DocumentSymbol => {
    const { name, index, start, valueStart, end } = assignment;
    const selected = document.range(start, start + name.length);
    const range: Range = { start: selected.start, end: document.positionAt(end) };
    const value = decoded(conf.text.slice(valueStart, end));
    return {
      name: index === undefined ? name : `${name}[${index}]`,
      detail: value.replace(/\s+/g, ' ').slice(0, LONGEST_DETAIL),
      kind: isDirective(name) ? SymbolKind.Property : SymbolKind.Variable,
      range,
      selectionRange: selected,
    };
  });
  const next = conf.assignments[MOST];
  if (next === undefined) return shown;
  const range = document.range(next.start, next.end);
  const name = `… and ${conf.assignments.length - MOST} more assignments`;
  return [...shown, { name, kind: SymbolKind.Null, range, selectionRange: range }];
}

/** Returns the assignments of documentSymbols as a flat list, for editors that cannot show an outline. */
export function symbolList(document: ConfDocument): SymbolInformation[] {
  const { uri } = document.document;
  return documentSymbols(document).map(({ name, kind, range }) => ({
    name,
    kind,
    location: { uri, range },
  }));
}
