import { ALL_RULES } from '../../lint/registry.ts';
import type { LintFinding, Severity } from '../../lint/text/rule.ts';
import { version } from '../../system/text/project-file.ts';

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** Returns findings as a log in SARIF 2.1.0 (OASIS), for the code scanning of GitHub and GitLab. */
export function sarifLog(findings: readonly LintFinding[], shown: (file: string) => string) {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'dkms-deb lint',
            semanticVersion: version(),
            rules: ALL_RULES.map(({ code, title, why, severity, bad, good }) => ({
              id: code,
              shortDescription: { text: title },
              fullDescription: { text: why },
              help: { text: `${why}\n\nWrong:\n${bad}\n\nRight:\n${good}` },
              defaultConfiguration: { level: LEVELS[severity] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, shown)),
      },
    ],
  };
}

function result(finding: LintFinding, shown: (file: string) => string) {
  const { code, severity, file, line, message, corrected, advice } = finding;
  const artifactLocation = { uri: uri(shown(file)) };
  const remedy = corrected ? ` Better: ${corrected}` : advice === undefined ? '' : ` ${advice}`;
  return {
    ruleId: code,
    ruleIndex: ALL_RULES.findIndex((rule) => rule.code === code),
    level: LEVELS[severity],
    message: { text: `${message}.${remedy}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation,
          // Code scanning requires a line for each finding. A finding about the whole file gets line 1.
          region: { startLine: line ?? 1 },
        },
      },
    ],
    ...(corrected === undefined || line === undefined
      ? {}
      : { fixes: [fix(artifactLocation, line, finding)] }),
  };
}

/** Returns the `fix` object of SARIF that replaces the lines of a finding by the corrected lines. */
function fix(artifactLocation: { uri: string }, line: number, finding: LintFinding) {
  const { corrected = '', lastLine = line, firstLine = line } = finding;
  const text = corrected === '' ? '' : `${corrected}\n`;
  return {
    description: { text: finding.title },
    artifactChanges: [
      {
        artifactLocation,
        replacements: [
          {
            deletedRegion: {
              startLine: firstLine,
              startColumn: 1,
              endLine: lastLine + 1,
              endColumn: 1,
            },
            insertedContent: { text },
          },
        ],
      },
    ],
  };
}

/**
 * Returns a relative path as a relative URI reference, and an absolute path as a file: URI. Both are percent-encoded.
 */
function uri(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
