/** Of npm's advisories, from the least. */
const SEVERITIES = ['info', 'low', 'moderate', 'high', 'critical'] as const;
type Severity = (typeof SEVERITIES)[number];

/** From this one on, an advisory about code that we ship fails the check. */
const FAILS_FROM: Severity = 'moderate';

/** An advisory about a package that is installed. */
export interface Advisory {
  /** `node_modules/a/node_modules/b`. */
  readonly directory: string;
  readonly name: string;
  readonly severity: Severity;
  readonly title: string;
  readonly url: string;
}

export interface Judgement {
  /** About code in the bundle, severe enough, and nobody has accepted it. */
  readonly failing: readonly Advisory[];
  /** All others, each with why it does not fail. */
  readonly told: readonly (Advisory & { readonly why: string })[];
}

/** What `npm audit --json` (auditReportVersion 2) has for a package. */
interface Entry {
  readonly name: string;
  /** Advisories, or names of dependencies: the package is only as bad as they are. */
  readonly via: readonly (string | { severity: Severity; title: string; url: string })[];
  readonly nodes: readonly string[];
}

/** The advisories of a report of `npm audit --json`; undefined for anything that is not a report. */
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
      // It depends on a package that has advisories, which has an entry of its own.
      if (typeof each === 'string') return [];
      const { severity, title, url } = each;
      return nodes.map((directory) => ({ directory, name, severity, title, url }));
    }),
  );
}

/**
 * What fails and what is only told: `bundled` are the directories of the packages of which there is
 * code in the bundle, `accepted` gives a reason for the address of an advisory that somebody has read.
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
    // A severity that npm has only since then is a severe one.
    const known = SEVERITIES.includes(advisory.severity);
    if (!bundled.has(advisory.directory)) told.push({ ...advisory, why: 'not in the bundle' });
    else if (reason !== undefined) told.push({ ...advisory, why: `accepted: ${reason}` });
    else if (severe || !known) failing.push(advisory);
    else told.push({ ...advisory, why: `in the bundle, less than ${FAILS_FROM}` });
  }
  return { failing, told };
}
