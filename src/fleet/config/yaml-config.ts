import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { InputError, readingHint } from '../../errors.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import { causeOf } from '../../system/process/refusal.ts';
import { problemsOf } from './config-problems.ts';
import type { JsonSchema } from './config-schema.ts';

/** The largest file in bytes. A larger one is an error. A list of a thousand drivers has 100 kB. */
const MOST_BYTES = 1024 * 1024;
/**
 * The limit for the aliases of one anchor (maxAliasCount of the package yaml). A file with more is an error. An alias
 * of a value without aliases counts once. If the value contains aliases, each alias of it counts as often as the most
 * used anchor inside it. So one alias of a list with ten aliases of another list counts ten times.
 */
const MOST_ALIASES = 100;
const MOST_SHOWN = 10;

/** Describes one kind of configuration: what it may contain, and texts for errors about it. */
export interface ConfigForm<T> {
  readonly declaration: z.ZodType<T>;
  readonly schema: () => JsonSchema;
  /** The command that prints this schema. */
  readonly schemaCommand: string;
  /** The hint for a file that does not exist. */
  readonly example: string;
  /** The page of docs/ that describes this kind of configuration. */
  readonly guide: string;
}

/**
 * Reads a configuration in YAML. Throws InputError `config-missing` or `unreadable`, and the errors of readTreeFile and
 * parseYamlConfig.
 */
export async function readYamlConfig<T>(file: string, form: ConfigForm<T>): Promise<T> {
  const bytes = await readTreeFile(file, MOST_BYTES).catch((cause: NodeJS.ErrnoException) => {
    const where = { file };
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') {
      throw new InputError('config-missing', 'no such file or directory', {
        where,
        hint: form.example,
        cause,
      });
    }
    if (cause.syscall === undefined) throw cause;
    const hint = readingHint(cause, 'Name a file.');
    throw new InputError('unreadable', `cannot be read: ${causeOf(cause)[0]}`, {
      where,
      hint,
      cause,
    });
  });
  return parseYamlConfig(bytes.toString('utf8'), file, form);
}

/**
 * Reads a configuration from its text. `file` is only used in messages. Throws InputError `config-syntax` (not YAML,
 * more than one document, too many aliases, nested too deeply) or `config-invalid` (an unknown key or a wrong value).
 * The error is at the line of the first problem; its output lists the next ten
 * problems, and the number of the others.
 */
export function parseYamlConfig<T>(text: string, file: string, form: ConfigForm<T>): T {
  const lines = new LineCounter();
  const { document, value } = toValue(text, file, lines, form.guide);
  const result = form.declaration.safeParse(value ?? {}, { reportInput: true });
  if (result.success) return result.data;
  const printed = { schema: form.schema(), command: form.schemaCommand };
  const found = problemsOf(result.error.issues, printed).map((problem) => ({
    ...problem,
    line: lineOf(document, problem.path, lines),
  }));
  const [first, ...others] = found.sort((a, b) => a.line - b.line);
  const left = others.length - MOST_SHOWN;
  throw new InputError('config-invalid', first?.message ?? 'this is not a configuration', {
    where: { file, line: first?.line ?? 1 },
    ...(first && { hint: first.hint }),
    output: [
      ...others
        .slice(0, MOST_SHOWN)
        .map(({ line, message, hint }) => `line ${line}: ${message}. ${hint}`),
      ...(left > 0 ? [`… and ${left} more`] : []),
    ],
  });
}

function toValue(text: string, file: string, lines: LineCounter, guide: string) {
  const syntax = (message: string, line = 1, hint = `See the example in ${guide}.`) =>
    new InputError('config-syntax', message, { where: { file, line }, hint });
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      version: '1.2',
      prettyErrors: false,
    });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) {
      const [message = ''] = problem.message.split('\n');
      throw syntax(message, lines.linePos(problem.pos[0]).line);
    }
    return { document, value: document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown };
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (error instanceof ReferenceError) {
      const hint = `Write the values out: at most ${MOST_ALIASES} aliases of one anchor are followed.`;
      throw syntax('the file has too many aliases, or an alias without an anchor', 1, hint);
    }
    // The parser calls itself for each level, so a deeply nested file uses up the stack.
    if (error instanceof RangeError) throw syntax('the file is nested too deeply');
    throw error;
  }
}

/**
 * Returns the line of the value at `path`. If this value has no line, returns the line of the nearest value that
 * contains it.
 */
function lineOf(
  document: Document,
  path: readonly (string | number)[],
  lines: LineCounter,
): number {
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const step of path) {
    if (isSeq(node) && typeof step === 'number') node = node.items[step];
    else if (isMap(node)) {
      const pair = node.items.find(
        (one) => isPair(one) && isScalar(one.key) && String(one.key.value) === String(step),
      );
      offset = offsetOf(pair?.key) ?? offset;
      node = pair?.value;
    } else break;
    const own = offsetOf(node);
    // For a list or mapping, the line of its key is used.
    if (own !== undefined && (isScalar(node) || typeof step === 'number')) offset = own;
  }
  return lines.linePos(offset).line;
}

function offsetOf(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] | null } | undefined)?.range;
  return range?.[0];
}
