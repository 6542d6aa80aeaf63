import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ANY_MAKEFILE } from '../../dkms/source/makefile-name.ts';
import { DkmsDebError } from '../../errors.ts';
import type { SourceFile } from '../../facts/code/c-sources.ts';
import type { Fact } from '../../facts/fact.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import { GIT_FOR_SCRIPTS } from '../../system/git/run-git.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { runConfined } from '../../system/process/confine.ts';
import { isEndless } from '../../system/process/is-endless.ts';
import { READING_LIMITS } from '../../system/process/limits.ts';
import { isFullDisk } from '../../system/process/no-room.ts';
import { copyTree } from '../derive/copy-tree.ts';
import type { Placeholder } from './placeholders.ts';
import { applySed, type SedCommand, sedCommandsIn } from './sed-command.ts';

const SHELL = /\.(?:sh|bash)$|(?:^|\/)(?:PKGBUILD|install|dkms[-_]?install|setup)$/;
/**
 * Matches files that may contain an install step, but are not makefiles. A file of at most MOST_BYTES is read as a
 * whole, because `SourceFile.text` may have only its beginning.
 */
const WITH_STEPS = /\.(?:sh|bash|am|spec|in)$|(?:^|\/)PKGBUILD$/;
const MOST_BYTES = 256 * 1024;

/**
 * Returns the value by which an install step of the tree replaces a placeholder. All files are searched for a `sed`
 * command that replaces the placeholder or its line. The text that sed inserts may contain variables. Variables of a
 * shell script must have literal values, because the script is not run. Variables of any other file are expanded by
 * make. Returns undefined if no file replaces the placeholder by a known value.
 */
export async function answerOfInstaller(
  directory: string,
  sources: readonly SourceFile[],
  { text: placeholder, line: number, fills, partOf }: Placeholder,
  conf: string,
): Promise<Fact<string> | undefined> {
  const line = conf.split('\n')[number - 1]?.replace(/\r$/, '') ?? '';
  const directive = partOf === undefined ? fills : undefined;
  for (const file of sources) {
    const text = await wholeText(directory, file);
    if (!text.includes(placeholder) && !(directive && text.includes(directive))) continue;
    for (const [index, step] of text.split('\n').entries()) {
      for (const command of sedCommandsIn(step)) {
        const about = { placeholder, directive, line };
        // make is only called if the sed command would change the line.
        const exact = command.pattern === placeholder;
        if (!exact && applySed(command, 'x', line) === undefined) continue;
        const replacement = SHELL.test(file.path)
          ? shellValue(text, command.replacement)
          : await makeValue(directory, file.path, command.replacement);
        const value = filledBy(command, replacement, about);
        if (value === undefined || /[\n\r$`]/.test(value) || value === 'unknown') continue;
        const what = command.pattern.includes(placeholder) ? placeholder : directive;
        return { value, from: `${file.path}:${index + 1} replaces ${what}` };
      }
    }
  }
  return undefined;
}

/**
 * Applies a sed command to the line of a placeholder. Returns the text that replaces the placeholder, or undefined if
 * the command does not replace it.
 */
function filledBy(
  command: SedCommand,
  replacement: string | undefined,
  about: { placeholder: string; directive: string | undefined; line: string },
): string | undefined {
  if (replacement === undefined) return undefined;
  const { placeholder, directive, line } = about;
  if (command.pattern === placeholder && command.address === undefined) return replacement;
  const changed = applySed(command, replacement, line);
  if (changed === undefined || changed === line) return undefined;
  if (directive !== undefined) {
    const assigned = new RegExp(
      `^\\s*(?:export\\s+)?${directive}(?:\\[0\\])?=(["']?)(.*?)\\1\\s*$`,
    );
    return assigned.exec(changed)?.[2];
  }
  // The sed command must not change the text before and after the placeholder.
  const at = line.indexOf(placeholder);
  const [before, after] = [line.slice(0, at), line.slice(at + placeholder.length)];
  if (!changed.startsWith(before) || !changed.endsWith(after)) return undefined;
  return changed.slice(before.length, changed.length - after.length);
}

async function wholeText(directory: string, { path, size, text }: SourceFile): Promise<string> {
  const hasSteps = ANY_MAKEFILE.test(path) || WITH_STEPS.test(path);
  if (size <= text.length || size > MOST_BYTES || !hasSteps) return text;
  const bytes = await readTreeFile(join(directory, path), MOST_BYTES).catch(() => undefined);
  return bytes?.toString('latin1') ?? text;
}

/** Expands a word of a shell script. Returns undefined if a variable has no literal value in the script. */
function shellValue(text: string, word: string): string | undefined {
  let known = true;
  const value = word.replace(/\\?["']/g, '').replace(/\$\{?(\w+)\}?/g, (_, name: string) => {
    const literal = new RegExp(
      `^\\s*(?:export\\s+|readonly\\s+)?${name}=["']?([\\w.+~:-]+)["']?\\s*$`,
      'm',
    ).exec(text)?.[1];
    if (literal === undefined) known = false;
    return literal ?? '';
  });
  return known ? value : undefined;
}

/**
 * The time limit in seconds for one call of make. If make takes longer, the value stays unknown. A makefile usually
 * expands its variables in milliseconds.
 */
const SECONDS = 5;
/** The makefiles for which make did not end in time. make is not run again for them. */
const silent = new Set<string>();

/**
 * Returns environment variables that tell git where the repository of a directory is; none if there is no .git. The
 * copy of the tree has no .git, but a makefile may get a version from git.
 */
function repositoryOf(directory: string): Record<string, string> {
  for (let above = resolve(directory); ; above = dirname(above)) {
    const git = join(above, '.git');
    if (existsSync(git)) return { GIT_DIR: git, GIT_WORK_TREE: above };
    if (dirname(above) === above) return {};
  }
}

/**
 * Returns a text after make has expanded its variables as in the makefile. make runs in a copy of the tree, and runs
 * only rules for files that the makefile includes. Returns undefined if make fails, or if make did not end within 5
 * seconds, for this text or for an earlier text with the same makefile.
 */
export async function makeValue(
  directory: string,
  makefile: string,
  text: string,
): Promise<string | undefined> {
  const asked = join(directory, makefile);
  if (silent.has(asked)) return undefined;
  const question = `$(info dkms-deb-answer=[${text}])\ndkms-deb-answer: ; @:\n`;
  return withTemporaryDirectory('answer', async (scratch) => {
    const copy = join(scratch, 'tree');
    try {
      // make runs in a copy of the tree, because a program that it runs while it reads a makefile may write files.
      await copyTree(directory, copy);
      const { stdout } = await runConfined(
        'make',
        ['-s', '-f', basename(makefile), '-f', '-', 'dkms-deb-answer'],
        {
          scratch,
          cwd: join(copy, dirname(makefile)),
          env: { ...GIT_FOR_SCRIPTS, ...repositoryOf(directory), TMPDIR: scratch },
          input: question,
          timeoutSeconds: SECONDS,
          ...READING_LIMITS,
        },
      );
      return /dkms-deb-answer=\[(.*)\]/.exec(stdout)?.[1]?.trim();
    } catch (error) {
      // Errors are ignored, because a makefile may stop if it finds no kernel headers, or may never end.
      if (!(error instanceof DkmsDebError) || isFullDisk(error)) throw error;
      if (isEndless(error)) silent.add(asked);
      return undefined;
    }
  });
}
