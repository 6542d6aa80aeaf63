import type { BuildResult, TaskResults } from './results-document.ts';

/**
 * Returns the results of tasks as JUnit XML, which CI systems show. A build that may fail counts as skipped, because CI
 * systems take every failure for one of the whole run.
 */
export function junitOf(all: readonly TaskResults[]): string {
  const suites = all.map(({ task, builds }) => {
    const failures = builds.filter(
      ({ status, required }) => status === 'failed' && required,
    ).length;
    const skipped = builds.filter(({ status }) => status !== 'built').length - failures;
    const seconds = builds.reduce((sum, one) => sum + one.seconds, 0);
    return [
      `  <testsuite name="${escaped(task)}" tests="${builds.length}" failures="${failures}" skipped="${skipped}" time="${seconds.toFixed(2)}">`,
      ...builds.map(caseOf),
      '  </testsuite>',
    ].join('\n');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.map((one) => `${one}\n`).join('')}</testsuites>\n`;
}

function caseOf({ driver, kernel, status, seconds, required, reason, error }: BuildResult): string {
  const head = `    <testcase classname="${escaped(driver)}" name="${escaped(kernel)}" time="${seconds.toFixed(2)}"`;
  if (status === 'built') return `${head}/>`;
  const message = status === 'excluded' ? (reason ?? '') : (error?.message ?? '');
  const details = escaped([error?.firstError, error?.hint].filter(Boolean).join('\n'));
  const type = escaped(error?.code ?? status);
  const inner =
    status === 'failed' && required
      ? `<failure type="${type}" message="${escaped(message)}">${details}</failure>`
      : `<skipped message="${escaped(status === 'failed' ? `failed, which is allowed: ${message}` : message)}"/>`;
  return `${head}>${inner}</testcase>`;
}

/** Escapes a text for XML 1.0, which has no control characters and no halves of surrogate pairs. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
