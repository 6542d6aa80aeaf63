import type { LintFinding } from '../../lint/text/rule.ts';
import { describeCounts } from '../../report/counts.ts';
import { printableLine } from '../../report/printable.ts';

/**
 * Formats findings as lines of text. Each has place, severity, message and code, like a compiler's message; then
 * the current line and the corrected one; then the reason, but only once for each code.
 */
export function describeFindings(
  findings: readonly LintFinding[],
  shown: (file: string) => string,
): string[] {
  const explained = new Set<string>();
  const lines: string[] = [];
  for (const finding of findings) {
    const { file, line, severity, message, code, source, corrected, advice, why } = finding;
    const place = `${shown(file)}${line === undefined ? '' : `:${line}`}`;
    lines.push(`${place}: ${severity}: ${message} [${code}]`);
    if (corrected !== undefined) {
      if (line !== undefined) lines.push(`  - ${source.trim()}`);
      lines.push(...indented('+', corrected === '' ? '(line removed)' : corrected));
    } else if (advice !== undefined) lines.push(...indented('>', advice));
    if (!explained.has(code)) lines.push(`  ${why}`);
    explained.add(code);
  }
  return lines.map(printableLine);
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
