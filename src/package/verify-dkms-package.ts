import { join } from 'node:path';
import { type DkmsConf, readConf } from '../dkms/conf.ts';
import { evaluateConf } from '../dkms/evaluate.ts';
import { DkmsDebError } from '../errors.ts';
import { installedReleases, readHeaders } from '../kernel/headers.ts';
import { referenceKernel } from '../kernel/reference-kernel.ts';
import { enumerate, type Finding } from '../module/finding.ts';
import { withTemporaryDirectory } from '../system/cleanup.ts';
import type { PackageContents } from './verify-contents.ts';

/** nvidia's source has 100 MB, most of it objects. */
const MOST_BYTES = 2 * 1024 ** 3;

/**
 * A package with module source for DKMS: dkms.conf can be evaluated, its name and version are those
 * of the directory (DKMS looks for /usr/src/<name>-<version>), its patches are there, and the scripts
 * add and remove it. With `evaluate` false dkms.conf, which is bash, is not run.
 */
export async function verifyDkmsPackage(
  contents: PackageContents,
  evaluate: boolean,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const tree of contents.dkmsTrees) {
    if (evaluate) findings.push(...(await verifyConf(contents, tree)));
    else {
      const message = `whether usr/src/${tree}/dkms.conf is right: it was not to be run`;
      findings.push({ level: 'unchecked', code: 'dkms-conf', message });
    }
  }
  return [...findings, ...verifyScripts(contents)];
}

async function verifyConf(contents: PackageContents, tree: string): Promise<Finding[]> {
  const base = `usr/src/${tree}`;
  const select = (path: string) =>
    path === 'usr' || path === 'usr/src' || path === base || path.startsWith(`${base}/`);
  return withTemporaryDirectory('verify', async (directory) => {
    const root = join(directory, 'root');
    let conf: DkmsConf;
    let complaints: readonly string[];
    try {
      await contents.deb.extractTo(root, { select, mostBytes: MOST_BYTES });
      const kernel = await kernelToEvaluateFor();
      const file = join(root, base, 'dkms.conf');
      const evaluated = await evaluateConf(file, { kernel, sourceTree: join(root, 'usr/src') });
      conf = readConf(evaluated, kernel);
      complaints = evaluated.complaints;
    } catch (error) {
      if (!(error instanceof DkmsDebError)) throw error;
      const said = [error.message, ...error.output].join(': ');
      return [{ level: 'error', code: 'bad-conf', message: `${base}/dkms.conf: ${said}` }];
    }
    // What the file says on stderr is about the one kernel that it was evaluated for.
    const warnings = conf.warnings.filter((warning) => !complaints.includes(warning));
    return verifyTree(contents, tree, { ...conf, warnings });
  });
}

/** The newest kernel with headers, as a file may look into them; else one that exists nowhere. */
async function kernelToEvaluateFor() {
  const newest = (await installedReleases()).at(-1);
  if (newest !== undefined) return readHeaders(newest);
  return { ...referenceKernel(), config: undefined };
}

function verifyTree(contents: PackageContents, tree: string, conf: DkmsConf): Finding[] {
  const base = `usr/src/${tree}`;
  const wanted = `${conf.name}-${conf.version}`;
  if (tree !== wanted) {
    const message = `${base}/dkms.conf is for ${conf.name} ${conf.version}: DKMS looks for it in /usr/src/${wanted}`;
    return [{ level: 'error', code: 'dkms-directory-name', message }];
  }
  const paths = new Set(contents.entries.map(({ path }) => path));
  const missing = conf.patches.filter((patch) => !paths.has(`${base}/patches/${patch}`));
  if (missing.length > 0) {
    const message = `patches that dkms.conf names are not in it: ${enumerate(missing)}`;
    return [{ level: 'error', code: 'missing-patches', message }];
  }
  const findings: Finding[] = conf.warnings.map((warning) => ({
    level: 'warning',
    code: 'conf-warning',
    message: `${base}/dkms.conf: ${warning}`,
  }));
  const modules = conf.modules.map(({ builtName }) => builtName);
  const message = `DKMS ${conf.name} ${conf.version}: ${enumerate(modules)}`;
  return [...findings, { level: 'ok', code: 'dkms-conf', message }];
}

function verifyScripts({ deb, fields }: PackageContents): Finding[] {
  const script = (name: string) => deb.control.get(name)?.toString('utf8') ?? '';
  const findings: Finding[] = [];
  const calls = (text: string) => text.split('\n').some((line) => /^[^#]*\bdkms\b/.test(line));
  if (calls(script('postinst'))) {
    findings.push({ level: 'ok', code: 'dkms-postinst', message: 'its postinst calls dkms' });
  } else {
    const message = 'its postinst does not call dkms: no module will be built';
    findings.push({ level: 'error', code: 'no-dkms-postinst', message });
  }
  if (!calls(script('prerm'))) {
    const message = 'its prerm does not call dkms: the modules stay behind when it is removed';
    findings.push({ level: 'warning', code: 'no-dkms-prerm', message });
  }
  if (!/(^|[\s,|])dkms(?![\w+.-])/.test(fields.get('Depends') ?? '')) {
    const message = 'it does not depend on dkms';
    findings.push({ level: 'warning', code: 'no-dkms-dependency', message });
  }
  return findings;
}
