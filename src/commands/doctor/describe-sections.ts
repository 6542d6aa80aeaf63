import type { MachineSection } from '../../pipelines/doctor/examine-machine.ts';
import type { MachineFinding } from '../../pipelines/doctor/machine-finding.ts';
import { describeCounts } from '../../report/counts.ts';
import { printable } from '../../report/printable.ts';

const WIDTH = 'optional'.length;

/**
 * Returns the lines of the report. In the section of each task, one line names the installed programs. Each other
 * finding has its own line. The command that solves the problem, and advice, follow on lines of their own. If
 * neighbouring findings have the same state and command, the command follows the last of them.
 */
export function describeSections(sections: readonly MachineSection[]): string[] {
  return sections.flatMap((section, index) => [
    ...(index > 0 ? [''] : []),
    heading(section),
    ...present(section),
    ...section.findings
      .filter((finding) => isTold(section, finding))
      .flatMap((finding, at, all) => describe(finding, all[at + 1])),
  ]);
}

function heading({ task, findings, ready }: MachineSection): string {
  const of = (state: MachineFinding['state']) =>
    findings.filter((finding) => finding.state === state).length;
  const counts = [
    of('missing') > 0 && `${of('missing')} missing`,
    of('optional') > 0 && describeCounts([[of('optional'), 'optional thing']]),
  ].filter(Boolean);
  if (task === 'machine') return 'This machine';
  const about = counts.length > 0 ? ` (${counts.join(', ')})` : '';
  return `${task}: ${ready ? 'ready' : 'not ready'}${about}`;
}

/**
 * Returns one line that names the installed programs, or no line if none is installed. A finding that tells more than a
 * path gets its own line.
 */
function present(section: MachineSection): string[] {
  const names = section.findings
    .filter((finding) => !isTold(section, finding))
    .map(({ subject }) => subject);
  return names.length === 0 ? [] : [`  ${'ok'.padEnd(WIDTH)}  ${names.join(' ')}`];
}

/** Whether a finding has a line of its own. */
function isTold({ task }: MachineSection, { state, isPath }: MachineFinding): boolean {
  return task === 'machine' || state !== 'ok' || isPath !== true;
}

/**
 * Describes a finding. If the next finding has the same state and command, the command follows the next finding
 * instead.
 */
function describe(
  { state, subject, message, command, advice }: MachineFinding,
  next: MachineFinding | undefined,
): string[] {
  const indent = ' '.repeat(2 + WIDTH + 2);
  const mends = command === next?.command && state === next?.state ? [advice] : [command, advice];
  return [
    printable(`  ${state.padEnd(WIDTH)}  ${subject}: ${message}`),
    ...mends
      .filter((line) => line !== undefined && line !== '')
      .map((line) => printable(`${indent}${line}`)),
  ];
}
