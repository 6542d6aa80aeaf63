import { basename, dirname, join } from 'node:path';
import { listedFiles } from '../../dkms/conf/dkms-file.ts';
import { correctRoot, locate } from '../../driver/conf/find-conf.ts';
import { findPlaceholders } from '../../driver/conf/placeholders.ts';
import { ConfError } from '../../errors.ts';
import { ConfText } from '../text/conf-text.ts';
import type { ConfContext, Trap } from '../text/rule.ts';
import type { DebianFacts } from './debian-facts.ts';
import { evaluateForLint, type LintKernel, readForLint } from './evaluate-conf.ts';
import { readTreeFacts } from './tree-facts.ts';

/**
 * The time limit in seconds for evaluating the other files of the tree, after one file did not end within the usual
 * limit. The other files are often copies of that file, and do not end either.
 */
const IMPATIENT_SECONDS = 2;

/**
 * Returns the input of the rules about one dkms.conf, whose contents are `text`. `problem` is set if the file cannot be
 * evaluated.
 */
export async function readContext(
  file: string,
  text: string,
  about: {
    directory: string;
    path: string;
    debian: DebianFacts | undefined;
    evaluate: boolean;
    kernel: LintKernel;
    /** Whether a whole tree is checked; if false, only one file. */
    wholeTree: boolean;
    /** The time limit in seconds for evaluating a file. This function makes it shorter when a file does not end. */
    patience: { seconds: number | undefined };
    /**
     * The function that reads the files around the dkms.conf. The default is readTreeFacts. The language server passes
     * another function, because it has already read the files.
     */
    readTree?: typeof readTreeFacts;
  },
): Promise<{ context: ConfContext; problem: Trap | undefined }> {
  const { directory, path, debian } = about;
  const placeholders = findPlaceholders(text);
  const confText = new ConfText(text);
  let problem: Trap | undefined;
  const evaluation = !about.evaluate
    ? readForLint(file, text, placeholders, about.kernel)
    : await evaluateForLint(file, text, placeholders, about.kernel, about.patience.seconds).catch(
        (error) => {
          if (!(error instanceof ConfError)) throw error;
          if (error.code === 'conf-endless') about.patience.seconds = IMPATIENT_SECONDS;
          const { message, hint, output } = error;
          const line = error.where?.line ?? lineOfEnd(confText);
          const said = output.find((one) => one.includes('line '))?.replaceAll(`${file}: `, '');
          problem = {
            line,
            message: said === undefined ? message : `${message}: ${said}`,
            ...(hint && { advice: hint }),
          };
          return undefined;
        },
      );
  const packaged = /^debian\/[^/]*dkms$/.test(path);
  const named = [...(debian?.files ?? [])].some(
    ([name, content]) => /(?:^|\.)dkms$/.test(name) && listedFiles(content).join(' ') === path,
  );
  const start = locate(directory, file);
  const locations = evaluation?.conf?.modules.map((module) => module.builtLocation) ?? [];
  const { sourceRoot } = correctRoot(directory, start, locations);
  const complete =
    basename(file) === 'dkms.conf' && placeholders.length === 0 && sourceRoot === dirnameOf(path);
  const { readTree = readTreeFacts } = about;
  const tree = await readTree(join(directory, sourceRoot), complete, about.wholeTree);
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

/** Returns the number of the first line with `exit` or `set -e`, which may end the file early. */
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
