import type { LintFinding, Severity } from '../../lint/text/rule.ts';
import { describeCounts } from '../../report/counts.ts';
import type { Paint, PaintStyle } from '../../report/paint.ts';
import { printableLine } from '../../report/printable.ts';

const SEVERITY_STYLES: Readonly<Record<Severity, PaintStyle>> = {
  error: 'red',
  warning: 'yellow',
  info: 'cyan',
};

/**
 * Formats findings as lines of text. The first line of a finding has place, severity, message and code, like a message
 * of a compiler. Then follow the current and the corrected line, and the reason, which is printed once for each code.
 * Only `paint` can style the lines; texts of the tree cannot.
 */
export function describeFindings(
  findings: readonly LintFinding[],
  shown: (file: string) => string,
  paint: Paint,
): string[] {
  const explained = new Set<string>();
  const lines: string[] = [];
  for (const finding of findings) {
    const { file, line, severity, message, code, source, corrected, advice, why } = finding;
    const place = printableLine(`${shown(file)}${line === undefined ? '' : `:${line}`}`);
    const style = SEVERITY_STYLES[severity];
    const told = `${paint(style, `${severity}:`)} ${printableLine(message)} ${paint('dim', `[${code}]`)}`;
    lines.push(`${paint('bold', `${place}:`)} ${told}`);
    const changed = (mark: PaintStyle, texts: readonly string[]) =>
      lines.push(...texts.map((text) => paint(mark, printableLine(text))));
    if (corrected !== undefined) {
      if (line !== undefined) changed('red', [`  - ${source.trim()}`]);
      changed('green', indented('+', corrected === '' ? '(line removed)' : corrected));
    } else if (advice !== undefined) lines.push(...indented('>', advice).map(printableLine));
    if (!explained.has(code)) lines.push(printableLine(`  ${why}`));
    explained.add(code);
  }
  return lines;
}

/** Returns a text such as `dkms.conf: 1 error, 2 warnings`. */
export function describeSummary(
  { errors, warnings, infos }: Record<'errors' | 'warnings' | 'infos', number>,
  files: readonly string[],
): string {
  const found = describeCounts([
    [errors, 'error'],
    [warnings, 'warning'],
    [infos, 'remark'],
  ]);
  const where = files.length === 1 ? files[0] : `${files.length} dkms.conf files`;
  return `${where}: ${found || 'no findings'}`;
}

function indented(mark: string, text: string): string[] {
  return text.split('\n').map((line) => `  ${mark} ${line.trim()}`);
}
