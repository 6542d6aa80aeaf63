/**
 * What the package's Description can say: a synopsis and the paragraphs below it. The sentence
 * that this is DKMS source, and "(DKMS)" behind the synopsis, are the template's.
 */
import { tidySynopsis } from '../../debian/description.ts';
import type { Fact } from './fact.ts';
import type { ModuleStatement } from './module-macros.ts';
import { isPlaceholder } from '../../dkms/names.ts';
import { type ReadmeText, readReadme, sentencesOf } from './readme.ts';
import type { SourceFile } from './sources.ts';

export interface DescriptionFacts {
  /** At most 70 characters: " (DKMS)" still fits into a line of 80. */
  readonly synopsis: Fact<string> | undefined;
  /** Each one line, to be wrapped by the writer. */
  readonly paragraphs: Fact<readonly string[]> | undefined;
}

export interface DescriptionInput {
  readonly dkmsName: string;
  /** BUILT_MODULE_NAME of each module. */
  readonly moduleNames: readonly string[];
  readonly statements: readonly ModuleStatement[];
  readonly sources: readonly SourceFile[];
}

const SYNOPSIS_WIDTH = 70;

/**
 * The synopsis is, in this order: MODULE_DESCRIPTION of the module that has the package's name,
 * the one that most files agree on, the README's title or first sentence, the description of the
 * first of two or three modules. Nothing of one module among many stands for all of them.
 */
export function describeTree(input: DescriptionInput): DescriptionFacts {
  const file = input.sources.find(({ kind, text }) => kind === 'readme' && text.trim() !== '');
  const readme = file === undefined ? undefined : readReadme(file.text);
  const from = file?.path ?? '';
  const candidates = [
    mainDescription(input),
    agreedDescription(input),
    ...readmeSynopses(input.dkmsName, readme).map((value) => ({ value, from })),
    firstOfFew(input),
  ];
  let synopsis: Fact<string> | undefined;
  for (const candidate of candidates) {
    const value = candidate && usableSynopsis(candidate.value, input.dkmsName);
    if (candidate === undefined || value === undefined) continue;
    synopsis = { value, from: candidate.from };
    break;
  }
  const paragraphs = readme?.paragraphs.filter((paragraph) => !isPlaceholder(paragraph)) ?? [];
  return {
    synopsis,
    paragraphs: paragraphs.length === 0 ? undefined : { value: paragraphs, from },
  };
}

/** A line made fit for a synopsis; undefined where it only repeats the name or says too little. */
export function usableSynopsis(line: string, dkmsName: string): string | undefined {
  const name = escapeRegExp(dkmsName).replace(/[-_ ]/g, '[-_ ]?');
  const bare = line
    .replace(/^(?:xtables|iptables|netfilter): /i, '')
    .replace(
      new RegExp(
        `^(?:the )?(?:${name}|this(?: linux)?(?: kernel)? (?:module|driver|project|package))(?: (?:linux )?(?:kernel )?(?:module|driver))? (?:is|are) (?=\\w)`,
        'i',
      ),
      '',
    )
    .replace(/^(?:a|an|the) /i, '');
  const synopsis = shorten(tidySynopsis(bare, dkmsName));
  const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const says = letters(synopsis).replace(letters(dkmsName), '');
  if (
    says.replace(/^(?:the)?(?:linux)?(?:kernel)?(?:device)?(?:driver|module)s?$/, '').length < 4
  ) {
    return undefined;
  }
  return synopsis.length < 8 || isPlaceholder(synopsis) ? undefined : synopsis;
}

function mainDescription({ dkmsName, statements }: DescriptionInput): Fact<string> | undefined {
  const wanted = comparable(dkmsName.replace(/[-_]dkms$/i, ''));
  return statements.find(
    ({ macro, file }) => macro === 'DESCRIPTION' && moduleOfFile(file).has(wanted),
  );
}

function agreedDescription({ statements }: DescriptionInput): Fact<string> | undefined {
  const descriptions = statements.filter(({ macro }) => macro === 'DESCRIPTION');
  const counts = new Map<string, ModuleStatement[]>();
  for (const statement of descriptions) {
    counts.set(statement.value, [...(counts.get(statement.value) ?? []), statement]);
  }
  const [most] = [...counts.values()].sort((a, b) => b.length - a.length);
  return most !== undefined && most.length * 2 > descriptions.length ? most[0] : undefined;
}

function firstOfFew({ moduleNames, statements }: DescriptionInput): Fact<string> | undefined {
  const descriptions = statements.filter(({ macro }) => macro === 'DESCRIPTION');
  const different = new Set(descriptions.map(({ value }) => value));
  if (different.size > 3) return undefined;
  const first = comparable(moduleNames[0] ?? '');
  return descriptions.find(({ file }) => moduleOfFile(file).has(first)) ?? descriptions[0];
}

/** Title ("name - what it is", "Driver for such things"), then "name is a …" of the first sentence. */
function readmeSynopses(dkmsName: string, readme: ReadmeText | undefined): string[] {
  if (readme === undefined) return [];
  const [, tail] = /^\S+\s*(?::|[–—]|\s-{1,2}\s)\s*(.{10,})$/.exec(readme.title ?? '') ?? [];
  const title = (readme.title ?? '').split(' ').length >= 3 ? readme.title : undefined;
  const [sentence] = sentencesOf(readme.paragraphs[0] ?? '');
  const definition = new RegExp(
    `^(?:the )?(?:\\S+ )?(?:${escapeRegExp(dkmsName)}|\\S+|this (?:module|driver|project))(?: \\([^)]*\\))? (?:is|are) (?:an?|the) (.+)$`,
    'i',
  ).exec(sentence ?? '')?.[1];
  return [tail, definition, title].filter((text) => text !== undefined);
}

/** Which modules a file's statements may speak for: foo.c, foo_main.c and foo/main.c for foo. */
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

/** Cut where a phrase ends, else at a word. */
function shorten(line: string): string {
  if ([...line].length <= SYNOPSIS_WIDTH) return line;
  const head = [...line].slice(0, SYNOPSIS_WIDTH + 1).join('');
  const phrase = /^(.{30,})(?:[;,:]| \(| - | – | that | which | based on | supporting )/.exec(
    head,
  )?.[1];
  const cut = phrase ?? head.replace(/\s+\S*$/, '');
  return cut.replace(
    /(?:[\s,;:]+(?:an?|the|and|or|for|of|on|in|to|with|from|by|as|at|via|is|are)?)+$/i,
    '',
  );
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
