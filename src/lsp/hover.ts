import { type Hover, MarkupKind, type Position } from 'vscode-languageserver';
import { isDirective } from '../dkms/conf/directives.ts';
import { describeDirective, VARIABLES } from '../dkms/directives/directive-facts.ts';
import { ALL_RULES } from '../lint/registry.ts';
import type { RuleDescription } from '../lint/text/rule.ts';
import { lookUp } from '../system/text/look-up.ts';
import { type ConfDocument, LONGEST_LINE } from './conf-document.ts';

/**
 * Returns the explanation of the word at a position: of a directive, a variable of DKMS, or a rule. Returns undefined
 * for any other word, and in a line that is longer than LONGEST_LINE.
 */
export function hoverAt(document: ConfDocument, position: Position): Hover | undefined {
  const { document: text } = document;
  const line = text.getText({
    start: { line: position.line, character: 0 },
    end: { line: position.line + 1, character: 0 },
  });
  if (line.length > LONGEST_LINE) return undefined;
  const [before = ''] = /[\w-]*$/.exec(line.slice(0, position.character)) ?? [];
  const [after = ''] = /^[\w-]*/.exec(line.slice(position.character)) ?? [];
  const start = position.character - before.length;
  const end = position.character + after.length;
  const value = describe(line, start, end);
  if (value === undefined) return undefined;
  return {
    contents: { kind: MarkupKind.Markdown, value },
    range: {
      start: { line: position.line, character: start },
      end: { line: position.line, character: end },
    },
  };
}

function describe(line: string, start: number, end: number): string | undefined {
  const word = line.slice(start, end);
  if (/\$\{?$/.test(line.slice(0, start))) {
    const meaning = lookUp(VARIABLES, word);
    if (meaning !== undefined) return `**$${word}**: ${meaning}`;
  }
  if (isDirective(word)) return describeDirective(word);
  if (!/#.*dkms-deb:\s*ignore/.test(line.slice(0, start))) return undefined;
  const rule = ALL_RULES.find(({ code }) => code === word);
  return rule && describeRule(rule);
}

function describeRule({ code, severity, title, why, bad, good }: RuleDescription): string {
  const example = (text: string) => `\`\`\`bash\n${text}\n\`\`\``;
  return [
    `**${code}** (${severity}): ${title}`,
    why,
    ...(good === '' ? [] : [`Right:`, example(good)]),
    'Wrong:',
    example(bad),
  ].join('\n\n');
}
