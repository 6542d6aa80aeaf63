import { CONF_RULES } from './conf-rules.ts';
import { collector } from './lint-report.ts';
import { ALL_RULES, BAD_IGNORE, NOT_EVALUATED } from './registry.ts';
import { readSuppressions } from './suppress.ts';
import type { ConfContext, LintFinding, Trap } from './text/rule.ts';

/**
 * Returns the findings of the rules that look at one dkms.conf; the rules of TREE_RULES are not applied. If the file
 * could not be evaluated, `problem` says why, and becomes a finding, too.
 */
export function checkConf(
  file: string,
  context: ConfContext,
  problem: Trap | undefined,
): LintFinding[] {
  const findings: LintFinding[] = [];
  const collect = collector(file, context.text, findings);
  if (problem !== undefined) collect(NOT_EVALUATED, problem);
  for (const rule of CONF_RULES) for (const trap of rule.check(context)) collect(rule, trap);
  for (const trap of badIgnores(context.text.text)) collect(BAD_IGNORE, trap);
  return findings;
}

function* badIgnores(text: string): Iterable<Trap> {
  const known = new Set(ALL_RULES.map(({ code }) => code));
  for (const { line, codes, reason } of readSuppressions(text)) {
    const unknown = codes.filter((code) => !known.has(code));
    if (unknown.length > 0)
      yield { line, message: `the comment names the unknown rule ${unknown.join(', ')}` };
    else if (reason === '')
      yield { line, message: `the comment gives no reason for ignoring ${codes.join(', ')}` };
  }
}
