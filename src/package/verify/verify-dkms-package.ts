import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePath } from '../../archive/bytes/path-bytes.ts';
import { type DkmsConf, readConf } from '../../dkms/conf/conf.ts';
import { evaluateConf, scalar } from '../../dkms/conf/evaluate.ts';
import { checkDkmsName, checkDkmsVersion } from '../../dkms/conf/names.ts';
import { readStaticConf } from '../../dkms/conf/static-conf.ts';
import { DkmsDebError } from '../../errors.ts';
import { installedReleases, readHeaders } from '../../kernel/headers.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { enumerate, type Finding } from '../../module/verify/finding.ts';
import { placeInside } from '../../system/files/inside.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { findIsolation } from '../../system/process/isolate.ts';
import type { PackageContents } from './verify-contents.ts';
import { verifySource } from './verify-source.ts';

/** nvidia's source has 100 MB, most of it objects. */
const MOST_BYTES = 2 * 1024 ** 3;
/** A dkms.conf has 12 KiB at most. */
const MOST_CONF_BYTES = 256 * 1024;

/**
 * A package with module source for DKMS: dkms.conf is right, its name and version are those of the
 * directory (DKMS looks for /usr/src/<name>-<version>), its patches are there, and the scripts add and
 * remove it. dkms.conf is bash, and the package a stranger's: it is only read, unless `evaluate` says that
 * it may run, apart from the machine.
 */
export async function verifyDkmsPackage(
  contents: PackageContents,
  evaluate: boolean,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const tree of contents.dkmsTrees) {
    try {
      findings.push(...(await (evaluate ? evaluateIn : readIn)(contents, tree)));
      if (!evaluate) findings.push(...(await verifySource(contents, tree, undefined)));
    } catch (error) {
      if (!(error instanceof DkmsDebError)) throw error;
      const said = [error.message, ...error.output].join(': ');
      const message = `usr/src/${tree}/dkms.conf: ${said}`;
      findings.push({ level: 'error', code: 'bad-conf', message });
    }
  }
  return [...findings, ...verifyScripts(contents)];
}

/** What the text of dkms.conf tells, without running it. */
async function readIn(contents: PackageContents, tree: string): Promise<Finding[]> {
  const path = `usr/src/${tree}/dkms.conf`;
  const entry = contents.entries.find((one) => one.path === path);
  const unchecked = (what: string): Finding[] => [
    { level: 'unchecked', code: 'dkms-conf', message: `${path} ${what}: see --evaluate` },
  ];
  if (entry?.type === 'symlink') return unchecked('is a link');
  if ((entry?.size ?? 0) > MOST_CONF_BYTES) {
    return [{ level: 'error', code: 'bad-conf', message: `${path} has ${entry?.size} bytes` }];
  }
  const text = (await contents.deb.file(path)).toString('latin1');
  const { conf, unknown, complete } = readStaticConf(path, text);
  if (complete) {
    return verifyTree(contents, tree, readConf(conf, { ...referenceKernel(), config: undefined }));
  }
  const name = unknown.has('PACKAGE_NAME') ? undefined : scalar(conf, 'PACKAGE_NAME');
  const version = unknown.has('PACKAGE_VERSION') ? undefined : scalar(conf, 'PACKAGE_VERSION');
  if (name === undefined || version === undefined) {
    return unchecked('sets name or version in a way that only running it tells');
  }
  checkDkmsName(name);
  checkDkmsVersion(version);
  // Of patches and modules it may have more than what can be read.
  const listed = (directive: string) => [...(conf.values.get(directive)?.values() ?? [])];
  const known = { name, version, patches: listed('PATCH'), modules: [], warnings: [] };
  const findings = verifyTree(contents, tree, known).filter(({ level }) => level === 'error');
  return [...findings, ...unchecked('has more than plain assignments, of which the rest is right')];
}

/** What dkms.conf comes to for a kernel, as DKMS would run it. */
async function evaluateIn(contents: PackageContents, tree: string): Promise<Finding[]> {
  const base = `usr/src/${tree}`;
  const select = (path: string) =>
    path === 'usr' || path === 'usr/src' || path === base || path.startsWith(`${base}/`);
  return withTemporaryDirectory('verify', async (directory) => {
    const root = join(directory, 'root');
    await contents.deb.extractTo(root, { select, mostBytes: MOST_BYTES });
    await removeLinksOut(root, contents, base);
    const kernel = await kernelToEvaluateFor();
    const file = join(root, base, 'dkms.conf');
    const sourceTree = join(root, 'usr/src');
    const evaluated = await evaluateConf(file, { kernel, sourceTree, isolated: true });
    const conf = readConf(evaluated, kernel);
    // What the file says on stderr is about the one kernel that it was evaluated for.
    const warnings = conf.warnings.filter((warning) => !evaluated.complaints.includes(warning));
    const { says } = await findIsolation();
    const message = `${base}/dkms.conf was evaluated ${says}`;
    return [
      ...verifyTree(contents, tree, { ...conf, warnings }),
      { level: 'ok', code: 'evaluated', message },
      ...(await verifySource(contents, tree, conf)),
    ];
  });
}

/** What they name is this machine's, not the package's: it is neither read nor run. */
async function removeLinksOut(
  root: string,
  { entries }: PackageContents,
  base: string,
): Promise<void> {
  for (const { path, type } of entries) {
    if (type !== 'symlink' || !path.startsWith(`${base}/`)) continue;
    if ((await placeInside(root, path)) === 'outside') await unlink(encodePath(`${root}/${path}`));
  }
}

/** The newest kernel with headers, as a file may look into them; else one that exists nowhere. */
async function kernelToEvaluateFor() {
  const newest = (await installedReleases()).at(-1);
  if (newest !== undefined) return readHeaders(newest);
  return { ...referenceKernel(), config: undefined };
}

/** What is looked at of a dkms.conf, however it was read. */
type Known = Pick<DkmsConf, 'name' | 'version' | 'patches' | 'warnings'> & {
  readonly modules: readonly { readonly builtName: string }[];
};

function verifyTree(contents: PackageContents, tree: string, conf: Known): Finding[] {
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
