import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePath } from '../../archive/bytes/path-bytes.ts';
import type { DebReader } from '../../archive/deb-reader.ts';
import { type DkmsConf, readConf } from '../../dkms/conf/conf.ts';
import { evaluateConf, scalar } from '../../dkms/conf/evaluate.ts';
import { checkDkmsName, checkDkmsVersion } from '../../dkms/conf/names.ts';
import { readStaticConf } from '../../dkms/conf/static-conf.ts';
import { DkmsDebError } from '../../errors.ts';
import { installedReleases, readHeaders } from '../../kernel/headers.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import {
  enumerate,
  error,
  type Finding,
  ok,
  unchecked,
  warning,
} from '../../module/verify/finding.ts';
import { placeInside } from '../../system/files/inside.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { findIsolation } from '../../system/process/isolate.ts';
import type { PackageContents } from './package-contents.ts';
import { verifySource } from './verify-source.ts';

/**
 * The largest source in bytes that is unpacked. A larger one is an error. The source of nvidia has 100 MB, most of it
 * object files.
 */
const MOST_BYTES = 2 * 1024 ** 3;
/** The largest dkms.conf in bytes that is read. A larger one is an error. The longest known one has 12 KiB. */
const MOST_CONF_BYTES = 256 * 1024;

/** The parts of a package that has source for DKMS. The package may have another format than .deb. */
export interface PackedSource extends Pick<PackageContents, 'entries' | 'dkmsTrees'> {
  readonly deb: Pick<DebReader, 'file' | 'contents' | 'extractTo'>;
}

/**
 * Checks a package with module source for DKMS: that dkms.conf is valid, that its directory is
 * /usr/src/<name>-<version>, that no patch or source file is missing, that the maintainer scripts call dkms, and that
 * the package depends on dkms. Since dkms.conf is bash code from a stranger, it is only read, unless `evaluate` allows
 * dkms.conf to be run, isolated from the machine.
 */
export async function verifyDkmsPackage(
  contents: PackageContents,
  evaluate: boolean,
): Promise<Finding[]> {
  return [...(await verifyDkmsTrees(contents, evaluate)), ...verifyScripts(contents)];
}

/** Checks the source and the dkms.conf of a package, whatever its format is. */
export async function verifyDkmsTrees(
  contents: PackedSource,
  evaluate: boolean,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const tree of contents.dkmsTrees) {
    try {
      findings.push(...(await (evaluate ? evaluateIn : readIn)(contents, tree)));
      if (!evaluate) findings.push(...(await verifySource(contents, tree, undefined)));
    } catch (thrown) {
      if (!(thrown instanceof DkmsDebError)) throw thrown;
      const message = [`usr/src/${tree}/dkms.conf`, thrown.message, ...thrown.output].join(': ');
      findings.push(error('bad-conf', message));
    }
  }
  return findings;
}

/** Checks a dkms.conf by its text, without running it. */
async function readIn(contents: PackedSource, tree: string): Promise<Finding[]> {
  const path = `usr/src/${tree}/dkms.conf`;
  const entry = contents.entries.find((one) => one.path === path);
  const needsEvaluation = (what: string): Finding[] => [
    unchecked('dkms-conf', `${path} ${what}; check it with --evaluate`),
  ];
  if (entry?.type === 'symlink') return needsEvaluation('is a symbolic link');
  if ((entry?.size ?? 0) > MOST_CONF_BYTES) {
    return [
      error(
        'bad-conf',
        `${path} has ${entry?.size} bytes, more than the limit of ${MOST_CONF_BYTES}`,
      ),
    ];
  }
  const text = (await contents.deb.file(path)).toString('latin1');
  const { conf, unknown, complete } = readStaticConf(path, text);
  if (complete) {
    return verifyTree(contents, tree, readConf(conf, { ...referenceKernel(), config: undefined }));
  }
  const name = unknown.has('PACKAGE_NAME') ? undefined : scalar(conf, 'PACKAGE_NAME');
  const version = unknown.has('PACKAGE_VERSION') ? undefined : scalar(conf, 'PACKAGE_VERSION');
  if (name === undefined || version === undefined) {
    return needsEvaluation('sets the name or version with code that was not run');
  }
  checkDkmsName(name);
  checkDkmsVersion(version);
  // If the file contains code that was not run, that code may add patches and modules.
  const listed = (directive: string) => [...(conf.values.get(directive)?.values() ?? [])];
  const known = { name, version, patches: listed('PATCH'), modules: [], warnings: [] };
  const findings = verifyTree(contents, tree, known).filter(({ level }) => level === 'error');
  return [
    ...findings,
    ...needsEvaluation(
      'has code that was not run; the values that it assigns without code are right',
    ),
  ];
}

/** Checks a dkms.conf by evaluating it for a kernel, as DKMS does. */
async function evaluateIn(contents: PackedSource, tree: string): Promise<Finding[]> {
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
    // What the file writes to stderr is not reported, because it concerns only the kernel for which the file was
    // evaluated.
    const warnings = conf.warnings.filter((warning) => !evaluated.complaints.includes(warning));
    const { says } = await findIsolation();
    const message = `${base}/dkms.conf was evaluated ${says}`;
    return [
      ...verifyTree(contents, tree, { ...conf, warnings }),
      ok('evaluated', message),
      ...(await verifySource(contents, tree, conf)),
    ];
  });
}

/** Removes symbolic links that lead out of the package, so that no file of this machine is read or run. */
async function removeLinksOut(
  root: string,
  { entries }: Pick<PackedSource, 'entries'>,
  base: string,
): Promise<void> {
  for (const { path, type } of entries) {
    if (type !== 'symlink' || !path.startsWith(`${base}/`)) continue;
    if ((await placeInside(root, path)) === 'outside') await unlink(encodePath(`${root}/${path}`));
  }
}

/**
 * Returns the kernel for which dkms.conf is evaluated. It is the newest kernel with installed headers, because
 * dkms.conf may read headers. If no headers are installed, it is the reference kernel.
 */
async function kernelToEvaluateFor() {
  const newest = (await installedReleases()).at(-1);
  if (newest !== undefined) return readHeaders(newest);
  return { ...referenceKernel(), config: undefined };
}

/** The values of a dkms.conf that are checked. */
type Known = Pick<DkmsConf, 'name' | 'version' | 'patches' | 'warnings'> & {
  readonly modules: readonly { readonly builtName: string }[];
};

function verifyTree(contents: PackedSource, tree: string, conf: Known): Finding[] {
  const base = `usr/src/${tree}`;
  const wanted = `${conf.name}-${conf.version}`;
  if (tree !== wanted) {
    const message = `${base}/dkms.conf is for ${conf.name} ${conf.version}, but DKMS looks for this driver in /usr/src/${wanted}`;
    return [error('dkms-directory-name', message)];
  }
  const paths = new Set(contents.entries.map(({ path }) => path));
  const missing = conf.patches.filter((patch) => !paths.has(`${base}/patches/${patch}`));
  if (missing.length > 0) {
    const message = `patches named in dkms.conf are missing: ${enumerate(missing)}`;
    return [error('missing-patches', message)];
  }
  const findings: Finding[] = conf.warnings.map((warning) => ({
    level: 'warning',
    code: 'conf-warning',
    message: `${base}/dkms.conf: ${warning}`,
  }));
  const modules = conf.modules.map(({ builtName }) => builtName);
  const message = `DKMS ${conf.name} ${conf.version}: ${enumerate(modules)}`;
  return [...findings, ok('dkms-conf', message)];
}

function verifyScripts({ deb, fields }: PackageContents): Finding[] {
  const script = (name: string) => deb.control.get(name)?.toString('utf8') ?? '';
  const findings: Finding[] = [];
  const calls = (text: string) => text.split('\n').some((line) => /^[^#]*\bdkms\b/.test(line));
  if (calls(script('postinst'))) {
    findings.push(ok('dkms-postinst', 'postinst calls dkms'));
  } else {
    const message = 'postinst does not call dkms, so no module will be built';
    findings.push(error('no-dkms-postinst', message));
  }
  if (!calls(script('prerm'))) {
    const message =
      'prerm does not call dkms, so the modules stay after the removal of the package';
    findings.push(warning('no-dkms-prerm', message));
  }
  if (!/(^|[\s,|])dkms(?![\w+.-])/.test(fields.get('Depends') ?? '')) {
    const message = 'the package does not depend on dkms';
    findings.push(warning('no-dkms-dependency', message));
  }
  return findings;
}
