/**
 * Finds the synopsis and the paragraphs for the field Description of the package. What is written into debian/control
 * has more: "(DKMS)" after the synopsis, and a paragraph which says that the package contains source for DKMS.
 */
import { driverName } from '../../dkms/conf/names.ts';
import { isPlaceholder } from '../../dkms/conf/placeholder.ts';
import { appendTo } from '../../system/text/append-to.ts';
import { escapeRegExp } from '../../system/text/escape-reg-exp.ts';
import type { SourceFile } from '../code/c-sources.ts';
import type { ModuleStatement } from '../code/module-statement.ts';
import type { Fact } from '../fact.ts';
import { type ReadmeText, readReadme, sentencesOf } from './readme.ts';
import { usableSynopsis } from './synopsis.ts';

export interface DescriptionFacts {
  /** The synopsis. It has at most 70 characters, so that it fits into a line of 80 together with " (DKMS)". */
  readonly synopsis: Fact<string> | undefined;
  /** The paragraphs, each as one line. The lines are wrapped when they are written. */
  readonly paragraphs: Fact<readonly string[]> | undefined;
}

export interface DescriptionInput {
  readonly dkmsName: string;
  /** The value of PACKAGE_VERSION. It is removed from the end of a synopsis, because it would soon be wrong there. */
  readonly version: string;
  /** The directory that DKMS gets as the source, relative to the tree. '' is the tree itself. */
  readonly folder: string;
  /** BUILT_MODULE_NAME of each module. */
  readonly moduleNames: readonly string[];
  readonly statements: readonly ModuleStatement[];
  readonly sources: readonly SourceFile[];
}

/**
 * Finds the synopsis and the paragraphs. The synopsis is the first of these that exists: the MODULE_DESCRIPTION of the
 * module with the name of the package; the text of more than half of the MODULE_DESCRIPTIONs; the title or the first
 * sentence of the README; the words that all MODULE_DESCRIPTIONs have in common; a sentence of the README such as
 * "Driver for …". If there are several modules, the MODULE_DESCRIPTION of one module describes only a part of the
 * driver. So then the order begins in another way: the text of more than half of the MODULE_DESCRIPTIONs; a README
 * sentence such as "NAME is a …"; the MODULE_DESCRIPTION of the module with the name of the package.
 */
export function describeTree(input: DescriptionInput): DescriptionFacts {
  const readmes = readmesOf(input.sources, input.folder).map((file) => ({
    from: file.path,
    ...readReadme(file.text),
  }));
  const said = (read: (readme: ReadmeText) => readonly string[]) =>
    readmes.flatMap((readme) => read(readme).map((value) => ({ value, from: readme.from })));
  // If there are several modules, a module with the name of the driver is only a part of the driver.
  const several = input.moduleNames.length > 1;
  const defined = said((readme) => definitions(input.dkmsName, readme));
  const candidates = [
    ...(several ? [agreedDescription(input), ...defined, mainDescription(input)] : []),
    ...(several ? [] : [mainDescription(input), agreedDescription(input)]),
    ...said((readme) => readmeSynopses(input.dkmsName, readme)),
    sharedWords(input),
    ...said(({ paragraphs }) => paragraphs.flatMap(nounPhrase)),
  ].map((fact) => fact && { ...fact, value: withoutVersion(fact.value, input.version) });
  let synopsis: Fact<string> | undefined;
  for (const candidate of candidates) {
    const value = candidate && usableSynopsis(candidate.value, input.dkmsName);
    if (candidate === undefined || value === undefined) continue;
    synopsis = { value, from: candidate.from };
    break;
  }
  const described = readmes
    .map(({ paragraphs, from }) => ({
      value: paragraphs.filter(
        (paragraph) =>
          !isPlaceholder(paragraph) && plain(paragraph) !== plain(synopsis?.value ?? ''),
      ),
      from,
    }))
    .find(({ value }) => value.length > 0);
  return { synopsis, paragraphs: described };
}

/** Returns a sentence in the form in which it is compared with a synopsis. */
function plain(text: string): string {
  return text.toLowerCase().replace(/^(?:an?|the) |\.$/g, '');
}

/**
 * Returns the README in the directory of the driver's source, then the README at the top. READMEs of other folders
 * describe other things.
 */
export function readmesOf(sources: readonly SourceFile[], folder: string): SourceFile[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const readmes = sources.filter(({ kind, text }) => kind === 'readme' && text.trim() !== '');
  const beside = readmes.find(
    ({ path }) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'),
  );
  const top = readmes.find(({ path }) => !path.includes('/'));
  return [...new Set([beside, top])].filter((file) => file !== undefined);
}

/** Removes a version from the end of a text: "Foo driver v1.2" becomes "Foo driver". */
function withoutVersion(line: string, version: string): string {
  const end = new RegExp(`[\\s,-]+(?:v|ver\\.?|version)?\\s*${escapeRegExp(version)}\\.?$`, 'i');
  return version === '' ? line : line.replace(end, '');
}

/** Returns the MODULE_DESCRIPTIONs, except those of test modules. */
function descriptionsOf(statements: readonly ModuleStatement[]): ModuleStatement[] {
  return statements.filter(
    ({ macro, value, file }) =>
      macro === 'DESCRIPTION' &&
      !/\b(?:kunit|self-?test|unit tests?)\b/i.test(value) &&
      !/(?:^|[/_-])tests?(?:[/_.-]|$)/i.test(file),
  );
}

function mainDescription({ dkmsName, statements }: DescriptionInput): Fact<string> | undefined {
  const wanted = comparable(driverName(dkmsName));
  return descriptionsOf(statements).find(({ file }) => moduleOfFile(file).has(wanted));
}

function agreedDescription({
  statements,
  moduleNames,
}: DescriptionInput): Fact<string> | undefined {
  const descriptions = descriptionsOf(statements);
  const counts = new Map<string, ModuleStatement[]>();
  for (const statement of descriptions) appendTo(counts, statement.value, statement);
  const [most] = [...counts.values()].sort((a, b) => b.length - a.length);
  // If only one of several modules has a description, it describes only that module.
  const modules = Math.max(descriptions.length, moduleNames.length > 1 ? 2 : 1);
  return most !== undefined && most.length * 2 > modules ? most[0] : undefined;
}

/**
 * Returns the words with which all descriptions begin and end: "Razer Device Driver" for "Razer Keyboard Device Driver"
 * and "Razer Mouse Device Driver". If there is only one module, returns its description. Returns undefined if the
 * descriptions do not begin with the same word, or share fewer than two words.
 */
function sharedWords({ statements, moduleNames }: DescriptionInput): Fact<string> | undefined {
  const descriptions = descriptionsOf(statements);
  const [first, ...others] = descriptions.map(({ value }) => value.split(' '));
  if (first === undefined) return undefined;
  if (moduleNames.length === 1) return descriptions[0];
  const sharedBy = (word: string, at: number) => others.every((words) => words.at(at) === word);
  let head = 0;
  while (head < first.length && sharedBy(first[head] ?? '', head)) head++;
  let tail = 0;
  const shortest = Math.min(...[first, ...others].map(({ length }) => length));
  while (head + tail < shortest && sharedBy(first.at(-1 - tail) ?? '', -1 - tail)) tail++;
  if (head === 0 || head + tail < 2) return undefined;
  const value = [...first.slice(0, head), ...first.slice(first.length - tail)].join(' ');
  return { value, from: `MODULE_DESCRIPTION of ${descriptions.length} modules` };
}

/**
 * Returns candidates for a synopsis from a README: the second part of the title ("name - what it is"), the part after
 * "name is a" in the first sentence, the whole title ("Driver for …"), and a first sentence "The goal of this …".
 */
function readmeSynopses(dkmsName: string, readme: ReadmeText | undefined): string[] {
  if (readme === undefined) return [];
  const [, tail] = /^\S+\s*(?::|[–—]|\s-{1,2}\s)\s*(.{10,})$/.exec(readme.title ?? '') ?? [];
  const title = (readme.title ?? '').split(' ').length >= 3 ? readme.title : undefined;
  const [sentence] = sentencesOf(readme.paragraphs[0] ?? '');
  const [definition] = definitions(dkmsName, readme);
  const goal = /^the (?:goal|aim|purpose) of this .*/i.exec(sentence ?? '')?.[0];
  return [tail, definition, title, goal].filter((text) => text !== undefined);
}

/**
 * If the README begins with a sentence such as "Foo is a driver for …", returns the part after "a". Otherwise returns
 * [].
 */
function definitions(dkmsName: string, { paragraphs }: ReadmeText): string[] {
  const [sentence] = sentencesOf(paragraphs[0] ?? '');
  const definition = new RegExp(
    `^(?:the )?(?:\\S+ )?(?:${escapeRegExp(driverName(dkmsName))}|\\S+|this (?:module|driver|project))(?: \\([^)]*\\))? (?:is|are) (?:an?|the) (.+)$`,
    'i',
  ).exec(sentence ?? '')?.[1];
  return definition === undefined ? [] : [definition];
}

/**
 * Returns the first sentence of a text if it begins like "Linux kernel drivers for …", without a verb. Otherwise
 * returns [].
 */
function nounPhrase(paragraph: string): string[] {
  const [sentence = ''] = sentencesOf(paragraph);
  return /^(?:an? |the )?(?:[\w/-]+ ){0,6}(?:drivers?|modules?) (?:for|that|which|to) \S/i.test(
    sentence,
  ) &&
    !/^(?:\S+ ){0,7}?(?:is|are|was|has|have|supports?|provides?|in|on|with|this|these) /i.test(
      sentence.slice(0, sentence.search(/\b(?:drivers?|modules?)\b/i)),
    )
    ? [sentence]
    : [];
}

/** Returns the names of the modules to which a file may belong: foo.c, foo_main.c and foo/main.c may belong to foo. */
function moduleOfFile(file: string): Set<string> {
  const parts = file.replace(/\.c$/, '').split('/');
  const base = parts.at(-1) ?? '';
  const role = /[-_](?:core|main|drv|driver|mod|module|base|init|pci|platform_drv|n)$/;
  const names = [base, base.replace(role, '')];
  if (/^(?:core|main|module|init|driver)$/.test(base)) names.push(parts.at(-2) ?? '');
  return new Set(names.map(comparable));
}

function comparable(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}
