import { wrapText } from '../../debian/field-text.ts';
import { DIRECTIVES, isDirective } from '../../dkms/conf/directives.ts';
import { factsOf, historyOf, isArray, VARIABLES } from '../../dkms/directives/directive-facts.ts';
import { UsageError } from '../../errors.ts';
import type { RuleDescription } from '../../lint/text/rule.ts';
import type { Paint } from '../../report/paint.ts';
import { lookUp } from '../../system/text/look-up.ts';
import { nearest } from '../../system/text/nearest.ts';
import { sentence } from '../command-line/help.ts';

/** The explanation of one word for `lint --explain`. */
export interface Explanation {
  readonly name: string;
  readonly kind: 'directive' | 'variable' | 'rule';
  /** The meaning of a directive or a variable, or the reason for a rule. */
  readonly meaning: string;
  /** What DKMS does if the directive is not set. */
  readonly default?: string;
  /** Sentences about when DKMS got the directive, and how it changed. */
  readonly history?: readonly string[];
  /** Lines of a dkms.conf with a mistake that the rule finds. */
  readonly bad?: string;
  /** Right lines of a dkms.conf. Empty if the lines of `bad` should be removed. */
  readonly example?: string;
}

/**
 * Explains a directive of dkms.conf, a variable that DKMS sets for dkms.conf, or a rule of lint. An index such as `[0]`
 * is ignored. A word with `$` means the variable, if both a variable and a directive have its name. Capital letters
 * matter only in the name of a variable. Throws UsageError for any other word. If the word is similar to a known word,
 * the hint names the known word.
 */
export async function explain(word: string): Promise<Explanation> {
  const plain = word.replace(/^\$?\{?/, '').replace(/(?:\[\w*\])?\}?$/, '');
  const upper = plain.toUpperCase();
  const isVariable = word.startsWith('$') || !isDirective(upper);
  const variable = isVariable ? lookUp(VARIABLES, plain) : undefined;
  if (variable !== undefined) return { name: `$${plain}`, kind: 'variable', meaning: variable };
  if (isDirective(upper)) {
    const { meaning, unset, example } = factsOf(upper);
    const name = `${upper}${isArray(upper) ? '[n]' : ''}`;
    const history = historyOf(upper);
    return { name, kind: 'directive', meaning, default: unset, history, example };
  }
  // The rules are loaded only here, because they are most of the code of dkms-deb.
  const { ALL_RULES } = await import('../../lint/registry.ts');
  const rule = ALL_RULES.find(({ code }) => code === plain.toLowerCase());
  if (rule === undefined) throw unknown(word, plain, ALL_RULES);
  const { code, title, why, bad, good } = rule;
  return { name: code, kind: 'rule', meaning: `${title}. ${why}`, bad, example: good };
}

function unknown(word: string, plain: string, rules: readonly RuleDescription[]): UsageError {
  const meant =
    nearest(plain.toUpperCase(), DIRECTIVES) ??
    nearest(plain.toLowerCase(), [...rules.map(({ code }) => code), ...Object.keys(VARIABLES)]);
  return new UsageError(
    `${JSON.stringify(word)} is not a directive or variable of dkms.conf, and not a rule of lint`,
    {
      hint:
        meant === undefined
          ? 'Directives are in docs/dkms-conf.md, rules in docs/lint.md.'
          : `Did you mean ${meant}?`,
    },
  );
}

/** Returns an explanation as lines of at most `columns` characters. Lines of code are not wrapped. */
export function describeExplanation(
  explanation: Explanation,
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string[] {
  const { name, kind, meaning, default: unset, history = [], bad, example } = explanation;
  const text = (words: string) => wrapText(words, columns - 2).map((line) => `  ${line}`);
  const code = (lines: string) => lines.split('\n').map((line) => `    ${paint('cyan', line)}`);
  return [
    `${paint('bold', name)} ${paint('dim', `(${kind === 'rule' ? 'rule of lint' : `${kind} of dkms.conf`})`)}`,
    ...text(sentence(meaning.replace(/\.$/, ''))),
    ...(unset === undefined ? [] : text(`If it is not set, ${unset}.`)),
    ...history.flatMap(text),
    ...(bad === undefined ? [] : [paint('bold', '  Wrong:'), ...code(bad)]),
    ...(example
      ? [paint('bold', bad === undefined ? '  Example:' : '  Right:'), ...code(example)]
      : []),
  ];
}
