import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { askRegistry } from '../packaging/ask-registry.ts';
import { type Advisory, judgeAdvisories } from '../packaging/audit-report.ts';
import type { BundledPackage } from '../packaging/bundled-packages.ts';

/**
 * npm run audit [-- --required]: reports known vulnerabilities of the npm packages of the built project in the current
 * directory. The exit status is 1 if code in the bundle has a vulnerability (packaging/audit-report.ts); other
 * vulnerabilities are only reported. If the registry cannot answer, that is reported, and with --required (for a
 * release) the exit status is 1.
 */

/** Reviewed advisories about bundled code. The key is the advisory's address, the value is why it does not matter. */
const ACCEPTED: Readonly<Record<string, string>> = {};

const { values } = parseArgs({ options: { required: { type: 'boolean', default: false } } });
const say = (line: string) => process.stderr.write(`audit: ${line}\n`);
const describe = ({ name, directory, severity, title, url }: Advisory) =>
  `${name} (${directory}): ${severity}: ${title} ${url}`;

const project = process.cwd();
const bundled = JSON.parse(
  await readFile(join(project, 'dist/bundled-packages.json'), 'utf8'),
) as BundledPackage[];
const answer = await askRegistry(project);
if ('notChecked' in answer) {
  say('==================== NOT CHECKED for known vulnerabilities ====================');
  say(answer.notChecked);
  say('Run it again where the registry answers: npm run audit');
  if (values.required) process.exitCode = 1;
} else {
  const directories = new Set(bundled.flatMap((each) => each.directories));
  const { failing, told } = judgeAdvisories(answer.advisories, directories, ACCEPTED);
  for (const advisory of told) say(`note: ${describe(advisory)} (${advisory.why})`);
  for (const advisory of failing) say(`error: ${describe(advisory)}`);
  if (failing.length === 0) {
    say(
      `the ${bundled.length} packages in the bundle have no known vulnerability that makes this check fail`,
    );
  } else {
    say('Update the package, or read the advisory and accept it in scripts/audit.ts.');
    process.exitCode = 1;
  }
}
