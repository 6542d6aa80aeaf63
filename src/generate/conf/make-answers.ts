import { basename, dirname, join } from 'node:path';
import { DkmsDebError } from '../../errors.ts';
import { run } from '../../system/run.ts';
import type { Fact } from '../facts/fact.ts';
import type { SourceFile } from '../facts/sources.ts';

/** A substitution that the project's own makefile or script makes: `s/@VERSION@/$(VERSION)/`. */
interface Substitution {
  readonly path: string;
  readonly line: number;
  readonly replacement: string;
}

const SHELL = /\.(?:sh|bash)$|(?:^|\/)PKGBUILD$/;

/**
 * What the tree's own install step puts in a placeholder's place: the `sed` that replaces it is looked
 * for, and make asked what the replacement is. Scripts are read, not run: there only a plain
 * `name=value` of the same file counts. Undefined where no file replaces it.
 */
export async function answerOfInstaller(
  directory: string,
  sources: readonly SourceFile[],
  placeholder: string,
): Promise<Fact<string> | undefined> {
  for (const file of sources) {
    if (!file.text.includes(placeholder)) continue;
    for (const found of substitutionsIn(file, placeholder)) {
      const value = SHELL.test(file.path)
        ? shellValue(file.text, found.replacement)
        : await makeValue(directory, file.path, found.replacement);
      if (value === undefined || /[\n\r]/.test(value) || /[$`]/.test(value)) continue;
      if (value === 'unknown') continue;
      return { value, from: `${file.path}:${found.line} replaces ${placeholder}` };
    }
  }
  return undefined;
}

function substitutionsIn(file: SourceFile, placeholder: string): Substitution[] {
  const found: Substitution[] = [];
  for (const [index, line] of file.text.split('\n').entries()) {
    const at = line.indexOf(placeholder);
    const delimiter = line[at - 1];
    if (at < 2 || delimiter === undefined || line[at - 2] !== 's' || /[\w\s]/.test(delimiter))
      continue;
    if (line[at + placeholder.length] !== delimiter) continue;
    const rest = line.slice(at + placeholder.length + 1);
    const end = rest.indexOf(delimiter);
    if (end >= 0) found.push({ path: file.path, line: index + 1, replacement: rest.slice(0, end) });
  }
  return found;
}

/** A word of a shell script whose variables are plainly set in it; undefined where they are not. */
function shellValue(text: string, word: string): string | undefined {
  let known = true;
  const value = word.replace(/["']/g, '').replace(/\$\{?(\w+)\}?/g, (_, name: string) => {
    const literal = new RegExp(
      `^\\s*(?:export\\s+|readonly\\s+)?${name}=["']?([\\w.+~:-]+)["']?\\s*$`,
      'm',
    ).exec(text)?.[1];
    if (literal === undefined) known = false;
    return literal ?? '';
  });
  return known ? value : undefined;
}

/** Lets make expand a text with the variables of a makefile, running none of its rules. */
export async function makeValue(
  directory: string,
  makefile: string,
  text: string,
): Promise<string | undefined> {
  const question = `$(info dkms-deb-answer=[${text}])\ndkms-deb-answer: ; @:\n`;
  try {
    const { stdout } = await run(
      'make',
      ['-s', '-f', basename(makefile), '-f', '-', 'dkms-deb-answer'],
      { cwd: join(directory, dirname(makefile)), input: question, timeoutSeconds: 10 },
    );
    return /dkms-deb-answer=\[(.*)\]/.exec(stdout)?.[1]?.trim();
  } catch (error) {
    // A makefile that stops without a kernel's headers, or waits for ever, has no answer.
    if (error instanceof DkmsDebError) return undefined;
    throw error;
  }
}
