import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { CONF_RULES } from '../../dkms/lint/conf-rules.ts';
import { ConfText } from '../../dkms/lint/conf-text.ts';
import { correctedLines } from '../../dkms/lint/edits.ts';
import type { ConfContext, Found, LintFinding, RuleDescription } from '../../dkms/lint/rule.ts';
import { isSuppressed, readSuppressions } from '../../dkms/lint/suppress.ts';
import { ConfError, EXIT } from '../../errors.ts';
import { confPaths, correctRoot, locate } from '../conf/find-conf.ts';
import { findPlaceholders } from '../conf/placeholders.ts';
import { readSources, type Sources } from '../facts/sources.ts';
import { type DebianFacts, readDebianFacts } from './debian-facts.ts';
import { evaluateForLint } from './evaluate-conf.ts';
import { ALL_RULES, BAD_IGNORE, NOT_EVALUATED, TREE_RULES } from './registry.ts';
import { readTreeFacts } from './tree-facts.ts';
import type { LintedConf, TreeContext } from './tree-rule.ts';
import { kbuildModules, statedVersions } from './tree-witnesses.ts';

export interface LintOptions {
  /** Only this dkms.conf. */
  readonly conf?: string | undefined;
  /** Run dkms.conf; without it only the rules that read text have something to say. */
  readonly evaluate: boolean;
  /** Texts (latin1) to look at in the place of files, by absolute path. */
  readonly texts?: ReadonlyMap<string, string>;
}

export interface LintResult {
  readonly findings: readonly LintFinding[];
  /** The dkms.conf files that were looked at, absolute. */
  readonly files: readonly string[];
}

/** A dkms.conf has a few hundred lines; the largest real one 12 KiB. */
const MAXIMUM_SIZE = 256 * 1024;

/**
 * Looks for traps in every dkms.conf of a tree, and in its debian/. `subject` is a directory or one
 * file. Nothing is written. ConfError `no-conf` (4) where there is none.
 */
export async function lintTree(subject: string, options: LintOptions): Promise<LintResult> {
  const isFile = await stat(subject).then(
    (found) => found.isFile(),
    () => false,
  );
  const given = isFile ? resolve(subject) : options.conf;
  const directory = resolve(isFile ? dirname(subject) : subject);
  const debian = isFile ? undefined : await readDebianFacts(directory);
  const sources = await readSources(directory).catch(() => undefined);
  const files = await confFiles(directory, given, sources, debian);
  const findings: LintFinding[] = [];
  const confs: LintedConf[] = [];
  for (const file of files) {
    const text = options.texts?.get(file) ?? (await readText(file));
    const path = relative(directory, file);
    const { context, problem } = await readContext(file, text, {
      directory,
      path,
      debian,
      ...options,
    });
    confs.push({ file, path, context });
    const report = reporter(file, context.text, findings);
    if (problem !== undefined) report(NOT_EVALUATED, problem);
    for (const rule of CONF_RULES) for (const found of rule.check(context)) report(rule, found);
    for (const found of badIgnores(text)) report(BAD_IGNORE, found);
  }
  const context: TreeContext = {
    directory,
    confs,
    debian,
    versions: sources === undefined ? [] : await statedVersions(directory, sources, confs),
    kbuild: options.evaluate ? await kbuildModules(directory, confs) : new Map(),
  };
  for (const rule of TREE_RULES) {
    for (const { file, ...found } of rule.check(context)) {
      const own = confs.find((conf) => conf.file === file)?.context.text;
      const text = own ?? new ConfText(debian?.files.get(basename(file)) ?? '');
      reporter(file, text, findings)(rule, found);
    }
  }
  return { findings: sorted(findings), files };
}

/** Every conf of the tree, debian/*.dkms too; of a file that names another one, the other. */
async function confFiles(
  directory: string,
  given: string | undefined,
  sources: Sources | undefined,
  debian: DebianFacts | undefined,
): Promise<string[]> {
  if (given !== undefined) return [await existing(directory, given)];
  const packaged = [...(debian?.files ?? [])]
    .filter(
      ([name, text]) =>
        /(?:^|\.)dkms$|^dkms\.conf/.test(name) && /^\s*PACKAGE_NAME(\[0\])?=/m.test(text),
    )
    .map(([name]) => join('debian', name));
  const { found: usual, forge } = confPaths(sources?.files ?? []);
  const known = [...usual, ...packaged];
  const found = (known.length > 0 ? known : forge).sort();
  if (found.length > 0) return found.map((path) => join(directory, path));
  throw new ConfError(
    'no-conf',
    'could not locate dkms.conf',
    {
      where: { file: join(directory, 'dkms.conf') },
      hint: 'Name the tree, or the file; where a driver has none, dkms-deb init derives one.',
    },
    EXIT.confMissing,
  );
}

async function existing(directory: string, given: string): Promise<string> {
  for (const file of [resolve(directory, given), resolve(given)]) {
    if (await stat(file).catch(() => undefined)) return file;
  }
  throw new ConfError(
    'no-conf',
    'could not locate dkms.conf',
    { where: { file: resolve(given) }, hint: 'See what --conf names.' },
    EXIT.confMissing,
  );
}

async function readText(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > MAXIMUM_SIZE) {
    throw new ConfError('conf-too-large', `the file has ${size} bytes; ${MAXIMUM_SIZE} are read`, {
      where: { file },
      hint: 'A dkms.conf only sets variables; keep data in files of their own.',
    });
  }
  return readFile(file, 'latin1');
}

async function readContext(
  file: string,
  text: string,
  about: { directory: string; path: string; debian: DebianFacts | undefined; evaluate: boolean },
): Promise<{ context: ConfContext; problem: Found | undefined }> {
  const { directory, path, debian } = about;
  const placeholders = findPlaceholders(text);
  const confText = new ConfText(text);
  let problem: Found | undefined;
  const evaluation = !about.evaluate
    ? undefined
    : await evaluateForLint(file, text, placeholders).catch((error: unknown) => {
        if (!(error instanceof ConfError)) throw error;
        const { message, hint, output } = error;
        const line = error.where?.line ?? lineOfEnd(confText);
        const said = output.find((one) => one.includes('line '))?.replaceAll(`${file}: `, '');
        problem = {
          line,
          message: said === undefined ? message : `${message}: ${said}`,
          ...(hint && { advice: hint }),
        };
        return undefined;
      });
  const packaged = /^debian\/[^/]*dkms$/.test(path);
  const named = [...(debian?.files ?? [])].some(
    ([name, content]) => /(?:^|\.)dkms$/.test(name) && content.trim() === path,
  );
  const start = locate(directory, file);
  const locations = evaluation?.conf?.modules.map((module) => module.builtLocation) ?? [];
  const { sourceRoot } = correctRoot(directory, start, locations);
  const complete =
    basename(file) === 'dkms.conf' && placeholders.length === 0 && sourceRoot === dirnameOf(path);
  const tree = await readTreeFacts(join(directory, sourceRoot), complete);
  const { rules } = debian ?? {};
  return {
    context: {
      text: confText,
      evaluation,
      tree,
      placeholders,
      packaged,
      dhDkms: (packaged || named) && rules?.callsDkmsDeb === false,
      dhDkmsVersion: rules?.callsWithVersion ?? false,
    },
    problem,
  };
}

/** The line that ends the file early: `exit`, or `set -e`. */
function lineOfEnd(text: ConfText): number | undefined {
  for (let line = 1; line <= text.lineCount; line++) {
    if (/(?:^|[\s;&|])(?:exit(?:\s|;|$)|set\s+-\w*e)/.test(text.line(line).replace(/#.*$/, ''))) {
      return line;
    }
  }
  return undefined;
}

function dirnameOf(path: string): string {
  const parent = dirname(path);
  return parent === '.' ? '' : parent;
}

function* badIgnores(text: string): Iterable<Found> {
  const known = new Set(ALL_RULES.map(({ code }) => code));
  for (const { line, codes, reason } of readSuppressions(text)) {
    const unknown = codes.filter((code) => !known.has(code));
    if (unknown.length > 0) yield { line, message: `there is no rule ${unknown.join(', ')}` };
    else if (reason === '') yield { line, message: 'the comment gives no reason' };
  }
}

/** Adds what a rule found to `findings`, unless a comment silences it. */
function reporter(file: string, text: ConfText, findings: LintFinding[]) {
  const suppressions = readSuppressions(text.text);
  return (rule: RuleDescription, found: Found) => {
    const { line, message, edits = [], advice } = found;
    const correction = edits.length > 0 ? correctedLines(text, edits) : undefined;
    if (isSuppressed(suppressions, rule.code, line)) return;
    findings.push({
      code: rule.code,
      severity: rule.severity,
      title: rule.title,
      why: rule.why,
      file,
      line,
      message: decoded(message),
      source: line === undefined ? '' : decoded(text.line(line)),
      corrected: correction && decoded(correction.corrected),
      ...(correction && { firstLine: correction.firstLine, lastLine: correction.lastLine }),
      advice,
      fixable: rule.fixable === true && edits.length > 0,
      edits,
    });
  };
}

/** Our texts are latin1, one character a byte; what people read is UTF-8, if it is. */
function decoded(text: string): string {
  if (!/[\x80-\xff]/.test(text) || /[^\0-\xff]/.test(text)) return text;
  const utf8 = Buffer.from(text, 'latin1').toString('utf8');
  return utf8.includes('\ufffd') ? text : utf8;
}

function sorted(findings: readonly LintFinding[]): LintFinding[] {
  return [...findings].sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  );
}
