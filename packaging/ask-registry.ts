import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ANY_STATUS, DkmsDebError, run, withTemporaryDirectory } from '../src/library.ts';
import { type Advisory, readAuditReport } from './audit-report.ts';

/** The registry's advisories about the packages of a lock file, or why they could not be checked. */
export type Answer = { readonly advisories: readonly Advisory[] } | { readonly notChecked: string };

/** A package with a well-known advisory of 2018. A registry that does not report it is taken to know no advisories. */
const KNOWN_BAD = { name: 'lodash', version: '4.17.4' };

/** Variables by which npm finds the registry: npm's settings, proxies, certificates. */
const NETWORK =
  /^(?:npm_config_.*|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR))$/i;

/**
 * Asks the registry with `npm audit`. Returns `notChecked` if the registry does not support this, cannot be reached, or
 * does not answer within `timeoutSeconds`. Also returns `notChecked` if the registry lacks a well-known advisory, like
 * a mirror that answers `{}` to every question.
 */
export async function askRegistry(project: string, timeoutSeconds = 60): Promise<Answer> {
  const answer = await npmAudit(project, timeoutSeconds);
  if ('notChecked' in answer || answer.advisories.length > 0) return answer;
  return withTemporaryDirectory('audit', async (directory) => {
    await writeBadProject(directory);
    await copyFile(join(project, '.npmrc'), join(directory, '.npmrc')).catch(() => undefined);
    const control = await npmAudit(directory, timeoutSeconds);
    if ('notChecked' in control || control.advisories.length > 0) {
      return 'notChecked' in control ? control : answer;
    }
    const { name, version } = KNOWN_BAD;
    return {
      notChecked: `the registry has no advisory about ${name} ${version}, so it has none at all`,
    };
  });
}

async function npmAudit(directory: string, timeoutSeconds: number): Promise<Answer> {
  const options = ['--json', '--package-lock-only', '--fetch-retries=1', '--logs-max=0'];
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      NETWORK.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
  try {
    const { stdout, stderr } = await run('npm', ['audit', ...options], {
      cwd: directory,
      env,
      accept: ANY_STATUS,
      timeoutSeconds,
    });
    const advisories = readAuditReport(stdout);
    return advisories === undefined ? { notChecked: reasonOf(stdout, stderr) } : { advisories };
  } catch (error) {
    if (error instanceof DkmsDebError) return { notChecked: error.message };
    throw error;
  }
}

/** Returns npm's message, such as `405 Method Not Allowed - POST …` or `request to … failed, reason: …`. */
function reasonOf(stdout: string, stderr: string): string {
  const [, message] = /"message": "((?:[^"\\]|\\.)*)"/.exec(stdout) ?? [];
  const [first] = stderr.split('\n').filter((line) => /^npm (?:error|warn)/.test(line));
  return message ?? first ?? 'npm audit gave no report';
}

async function writeBadProject(directory: string): Promise<void> {
  const { name, version } = KNOWN_BAD;
  const dependencies = { [name]: version };
  const own = { name: 'control', version: '1.0.0', dependencies };
  const packages = { '': own, [`node_modules/${name}`]: { version } };
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), JSON.stringify(own));
  await writeFile(
    join(directory, 'package-lock.json'),
    JSON.stringify({ name: 'control', version: '1.0.0', lockfileVersion: 3, packages }),
  );
}
