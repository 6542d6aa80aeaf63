import { escapeXml } from '../../system/text/escape-xml.ts';
import type { BuildResult, TaskResults } from './results-document.ts';

/**
 * Returns the results of tasks as JUnit XML, which CI systems show. For a CI system every failure is a failure of the
 * whole run. So only the failure of a required build counts as a failure. Other failed builds, and excluded builds,
 * count as skipped.
 */
export function junitOf(all: readonly TaskResults[]): string {
  const suites = all.map(({ task, builds }) => {
    const failures = builds.filter(
      ({ status, required }) => status === 'failed' && required,
    ).length;
    const skipped = builds.filter(({ status }) => status !== 'built').length - failures;
    const seconds = builds.reduce((sum, one) => sum + one.seconds, 0);
    return [
      `  <testsuite name="${escapeXml(task)}" tests="${builds.length}" failures="${failures}" skipped="${skipped}" time="${seconds.toFixed(2)}">`,
      ...builds.map(caseOf),
      '  </testsuite>',
    ].join('\n');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.map((one) => `${one}\n`).join('')}</testsuites>\n`;
}

function caseOf({ driver, kernel, status, seconds, required, reason, error }: BuildResult): string {
  const head = `    <testcase classname="${escapeXml(driver)}" name="${escapeXml(kernel)}" time="${seconds.toFixed(2)}"`;
  if (status === 'built') return `${head}/>`;
  const message = status === 'excluded' ? (reason ?? '') : (error?.message ?? '');
  const details = escapeXml([error?.firstError, error?.hint].filter(Boolean).join('\n'));
  const type = escapeXml(error?.code ?? status);
  const inner =
    status === 'failed' && required
      ? `<failure type="${type}" message="${escapeXml(message)}">${details}</failure>`
      : `<skipped message="${escapeXml(status === 'failed' ? `failed, but the plan does not require this build: ${message}` : message)}"/>`;
  return `${head}>${inner}</testcase>`;
}
