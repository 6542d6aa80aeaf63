import type { LintFinding, Severity } from '../../lint/text/rule.ts';
import { printable } from '../../report/printable.ts';

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

/**
 * Formats findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubAnnotations(
  findings: readonly LintFinding[],
  shown: (file: string) => string,
): string[] {
  return findings.map(({ severity, file, line, code, title, message, corrected, advice, why }) => {
    const properties = [
      `file=${property(shown(file))}`,
      ...(line === undefined ? [] : [`line=${line}`]),
      `title=${property(`${title} [${code}]`)}`,
    ];
    const remedy = corrected ? [`Better: ${corrected}`] : advice === undefined ? [] : [advice];
    const text = [message, ...remedy, why].join('\n');
    return `::${COMMANDS[severity]} ${properties.join(',')}::${data(text)}`;
  });
}

function data(text: string): string {
  return printable(text).replaceAll('%', '%25').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
