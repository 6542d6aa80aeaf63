/** npm's severities, the lowest first. */
const SEVERITIES = ['info', 'low', 'moderate', 'high', 'critical'] as const;
type Severity = (typeof SEVERITIES)[number];

/** The lowest severity at which an advisory about shipped code fails the check. */
const FAILS_FROM: Severity = 'moderate';

/** An advisory about an installed package. */
export interface Advisory {
  /** The package's directory, such as `node_modules/a/node_modules/b`. */
  readonly directory: string;
  readonly name: string;
  readonly severity: Severity;
  readonly title: string;
  readonly url: string;
}

/** Advisories sorted by whether they fail the check. */
export interface Judgement {
  /** Severe advisories that are about code in the bundle and were not accepted. */
  readonly failing: readonly Advisory[];
  /** All others, each with the reason why it does not fail. */
  readonly told: readonly (Advisory & { readonly why: string })[];
}

/** The entry of a package in the report of `npm audit --json` (auditReportVersion 2). */
interface Entry {
  readonly name: string;
  /** Advisories, or the names of vulnerable dependencies. */
  readonly via: readonly (string | { severity: Severity; title: string; url: string })[];
  readonly nodes: readonly string[];
}

/** Returns the advisories in a report of `npm audit --json`; undefined if the text is not such a report. */
export function readAuditReport(text: string): Advisory[] | undefined {
  let report: { auditReportVersion?: unknown; vulnerabilities?: Readonly<Record<string, Entry>> };
  try {
    report = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (report?.auditReportVersion !== 2 || typeof report.vulnerabilities !== 'object')
    return undefined;
  return Object.values(report.vulnerabilities).flatMap(({ name, via, nodes }) =>
    via.flatMap((each) => {
      // A text is the name of a dependency, which has its own entry.
      if (typeof each === 'string') return [];
      const { severity, title, url } = each;
      return nodes.map((directory) => ({ directory, name, severity, title, url }));
    }),
  );
}

/**
 * Decides which advisories fail the check. `bundled` has the directories of packages with code in the bundle,
 * `accepted` the reasons for accepting an advisory, by its address.
 */
export function judgeAdvisories(
  advisories: readonly Advisory[],
  bundled: ReadonlySet<string>,
  accepted: Readonly<Record<string, string>>,
): Judgement {
  const failing: Advisory[] = [];
  const told: (Advisory & { why: string })[] = [];
  for (const advisory of advisories) {
    const reason = accepted[advisory.url];
    const severe = SEVERITIES.indexOf(advisory.severity) >= SEVERITIES.indexOf(FAILS_FROM);
    // A severity that is unknown here counts as severe.
    const known = SEVERITIES.includes(advisory.severity);
    if (!bundled.has(advisory.directory)) told.push({ ...advisory, why: 'not in the bundle' });
    else if (reason !== undefined) told.push({ ...advisory, why: `accepted: ${reason}` });
    else if (severe || !known) failing.push(advisory);
    else told.push({ ...advisory, why: `in the bundle, less than ${FAILS_FROM}` });
  }
  return { failing, told };
}
