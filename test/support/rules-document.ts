import type { RuleDescription } from '../../src/lint/text/rule.ts';

/** Returns the part of docs/lint.md about the rules, made from their registry. */
export function rulesDocument(rules: readonly RuleDescription[]): string {
  return rules
    .map(({ code, severity, title, why, bad, good, fixable }) =>
      [
        `### ${code}`,
        '',
        `**${severity}**: ${title}.${fixable ? ' `--fix` corrects it.' : ''}`,
        '',
        why,
        '',
        '```bash',
        '# not so',
        bad.replaceAll('\r', '^M'),
        ...(good === '' ? ['# but: no such line'] : ['# but', good]),
        '```',
        '',
      ].join('\n'),
    )
    .join('\n');
}
