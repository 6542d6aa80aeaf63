import { type CompletionItem, CompletionItemKind, type Range } from 'vscode-languageserver';
import type { Directive } from '../dkms/conf/directives.ts';
import { kindOfValue, VARIABLES } from '../dkms/directives/directive-facts.ts';
import type { ConfText } from '../lint/text/conf-text.ts';
import type { DocumentPlace } from './document-place.ts';
import { directoryOf, type TreeMemory } from './tree-memory.ts';

/** A value that is being written: the element that it belongs to, and the text before the cursor. */
export interface WrittenValue {
  readonly directive: Directive;
  readonly index: number;
  /** The quote before the value, if there is one. */
  readonly quote: string;
  readonly typed: string;
}

/** The tree that a document on the disk belongs to. */
export interface Surroundings {
  readonly place: DocumentPlace;
  readonly memory: TreeMemory;
}

/**
 * Returns what may be written in the value of a directive: after `$` the variables of DKMS, otherwise the usual values,
 * or names of files and modules of the tree.
 */
export async function completeValues(
  conf: ConfText,
  { directive, index, quote, typed }: WrittenValue,
  rangeOf: (typed: string) => Range,
  around: Surroundings | undefined,
): Promise<CompletionItem[]> {
  const [, variable] = /\$\{?(\w*)$/.exec(typed) ?? [];
  if (variable !== undefined) {
    if (quote === "'") return [];
    return Object.entries(VARIABLES).map(([label, detail]) => ({
      label,
      detail,
      kind: CompletionItemKind.Variable,
      textEdit: { range: rangeOf(variable), newText: label },
    }));
  }
  const values = await valuesOf(directive, conf, index, around);
  // The beginning of the list is shown if the whole list is too long, so what fits best comes first.
  const begun = values.filter(({ label }) => label.startsWith(typed));
  const others = values.filter(({ label }) => !label.startsWith(typed));
  return [...begun, ...others].map(({ label, detail = '' }, order) => ({
    label,
    detail,
    kind: CompletionItemKind.Value,
    sortText: String(order).padStart(6, '0'),
    textEdit: { range: rangeOf(typed), newText: quote === '' ? `"${label}"` : label },
  }));
}

interface Value {
  readonly label: string;
  readonly detail?: string;
}

async function valuesOf(
  directive: Directive,
  conf: ConfText,
  index: number,
  around: Surroundings | undefined,
): Promise<Value[]> {
  switch (kindOfValue(directive)) {
    case 'yes-no':
      return [{ label: 'yes' }, { label: 'no' }];
    case 'destination':
      return [
        { label: '/updates', detail: 'Debian and Ubuntu use /updates/dkms in any case' },
        { label: '/extra', detail: 'usual for Red Hat and SUSE' },
        { label: '/kernel/drivers' },
      ];
    case 'command':
      return [
        { label: 'make -C $kernel_source_dir M=$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build' },
        {
          label: 'make KDIR=$kernel_source_dir',
          detail: 'for a makefile whose variable KDIR has the directory of the headers',
        },
      ];
    case 'module':
      return around === undefined ? [] : modules(directive, conf, index, around);
    case 'directory':
      return around === undefined ? [] : directories(conf, index, around);
    case 'patch':
      return around === undefined ? [] : patches(conf, around);
    case 'script':
      return around === undefined ? [] : scripts(around);
    default:
      return [];
  }
}

/** Returns the modules that the makefiles name. Modules that dkms.conf does not name yet come first. */
async function modules(
  directive: Directive,
  conf: ConfText,
  index: number,
  { place, memory }: Surroundings,
): Promise<Value[]> {
  const found = await memory.modules(place.file);
  const used = valuesSet(conf, directive, index);
  const unused = found.filter(({ name }) => !used.has(name));
  const all = [...unused, ...found.filter(({ name }) => used.has(name))];
  return all.map(({ name, directory }) => ({
    label: name,
    detail: directory === '' ? 'in the top directory' : `in ${directory}/`,
  }));
}

/** Returns the directories of the modules. The directory of the module with this index comes first. */
async function directories(
  conf: ConfText,
  index: number,
  { place, memory }: Surroundings,
): Promise<Value[]> {
  const found = await memory.modules(place.file);
  const assignment = conf.assignmentOf('BUILT_MODULE_NAME', index);
  const own = assignment && conf.literal(assignment);
  const first = found.filter(({ name }) => name === own);
  const all = [...first, ...found].map(({ directory }) => directory);
  return [...new Set(all)]
    .filter((directory) => directory !== '')
    .map((directory) => ({ label: `${directory}/` }));
}

async function patches(conf: ConfText, around: Surroundings): Promise<Value[]> {
  const used = valuesSet(conf, 'PATCH', undefined);
  const below = 'patches/';
  return (await paths(around))
    .filter(({ path }) => path.startsWith(below) && !used.has(path.slice(below.length)))
    .map(({ path }) => ({ label: path.slice(below.length) }));
}

/** Returns the executable files of the tree, except sources and compiled files. */
async function scripts(around: Surroundings): Promise<Value[]> {
  return (await paths(around))
    .filter(({ path, executable }) => executable && !/\.(?:c|h|o|ko)$/.test(path))
    .map(({ path }) => ({ label: path }));
}

async function paths({ place, memory }: Surroundings) {
  const tree = await memory.files(directoryOf(place.file), true);
  // Names that bash would expand or split are left out.
  return [...(tree?.files ?? [])]
    .map(([path, executable]) => ({ path, executable }))
    .filter(({ path }) => /^[\w@%+,./:~-]+$/.test(path));
}

/** Returns the values of a directive that are plain text. The element with the index `except` is left out. */
function valuesSet(conf: ConfText, directive: Directive, except: number | undefined): Set<string> {
  const others = conf.of(directive).filter(({ index }) => Number(index ?? 0) !== except);
  return new Set(others.flatMap((assignment) => conf.literal(assignment) ?? []));
}
