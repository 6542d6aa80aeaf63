import type { Finding } from '../../module/verify/finding.ts';
import type { PackageReport } from '../../package/verify/verify-package.ts';
import { describeCounts } from '../../report/counts.ts';
import { printableLine } from '../../report/printable.ts';

/** Returns the number of errors in a package and its modules. */
export function errorsIn(report: PackageReport): number {
  return all(report).filter(({ level }) => level === 'error').length;
}

/**
 * Formats a report as lines of text: the verdict, then all errors and warnings. Checks that passed or could not be made
 * are listed only by code, because a package may have sixty modules. Their messages are shown only for `signed`, and
 * for a check that an option makes possible.
 */
export function describeReport(report: PackageReport): string[] {
  const lines = [`${report.file}: ${verdict(report)}`];
  lines.push(...describe(report.findings, `${report.name} ${report.version}`));
  for (const { facts, release, findings } of report.modules) {
    lines.push(...describe(findings, `${facts.file} (${release})`));
  }
  return lines.map(printableLine);
}

function verdict(report: PackageReport): string {
  const count = (level: Finding['level']) =>
    all(report).filter((finding) => finding.level === level).length;
  const found = describeCounts([
    [count('error'), 'error'],
    [count('warning'), 'warning'],
  ]);
  // Without the headers, the main question is open: whether the kernel loads the modules.
  const lacksKernel = all(report).some(
    ({ level, code }) => level === 'unchecked' && code === 'headers',
  );
  if (lacksKernel) return [found, 'not checked against a kernel'].filter(Boolean).join('; ');
  const verdict = found || 'fine';
  return count('unchecked') > 0 ? `${verdict}; not everything could be checked` : verdict;
}

function describe(findings: readonly Finding[], subject: string): string[] {
  const problems = findings.filter(({ level }) => level === 'error' || level === 'warning');
  const named = (level: Finding['level']) =>
    [...new Set(findings.filter((f) => f.level === level).map(({ code }) => code))].join(', ');
  const lines = [`  ${subject}`];
  for (const { level, code, message } of problems) lines.push(`    ${level}: ${message} [${code}]`);
  // `signed` is the only passed check whose message is shown, because the message names the signer.
  for (const { code, message } of findings) if (code === 'signed') lines.push(`    ${message}`);
  const right = named('ok');
  if (right !== '') lines.push(`    ok: ${right}`);
  const unchecked = named('unchecked');
  if (unchecked !== '') lines.push(`    not checked: ${unchecked}`);
  for (const { level, code, message } of findings) {
    if (level === 'unchecked' && /^(?:headers|dkms-conf|nothing-to-verify)$/.test(code))
      lines.push(`      ${message}`);
  }
  return lines;
}

function all({ findings, modules }: PackageReport): Finding[] {
  return [...findings, ...modules.flatMap((module) => module.findings)];
}
