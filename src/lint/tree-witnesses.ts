import { basename, dirname, join } from 'node:path';
import { isInsideRepository } from '../dkms/source/git-view.ts';
import { askKbuild } from '../driver/derive/ask-kbuild.ts';
import type { Sources } from '../facts/code/c-sources.ts';
import { readModuleMacros } from '../facts/code/module-macros.ts';
import { readGit, WITHOUT_GIT } from '../facts/git-facts.ts';
import { findVersion } from '../facts/version/tree-version.ts';
import { asksRunningKernel } from './ask-make.ts';
import { versionOf } from './rules/versions.ts';
import type { LintedConf } from './text/rule.ts';
import type { LintKernel } from './tree/evaluate-conf.ts';
import type { TreeContext } from './tree/tree-rule.ts';
import type { Unchecked } from './tree/unchecked.ts';

/**
 * Returns the versions that contradict dkms.conf: the version of MODULE_VERSION, and the version in a tag at HEAD.
 * Returns [] if the tree has several dkms.conf files, or if the name or version of the driver is unknown.
 */
export async function statedVersions(
  directory: string,
  sources: Sources,
  confs: readonly LintedConf[],
): Promise<TreeContext['versions']> {
  const [conf, ...others] = confs;
  const version = conf && versionOf(conf);
  const name = conf?.context.evaluation?.conf?.name;
  if (conf === undefined || others.length > 0 || version === undefined || name === undefined) {
    return [];
  }
  const git = isInsideRepository(directory) ? await readGit(directory) : WITHOUT_GIT;
  const statements = readModuleMacros(sources.files);
  const { contradictions } = findVersion({
    conf: { value: version, from: basename(conf.file) },
    dkmsName: name,
    statements,
    // Only modules and git are asked, because other files may state the version of something else.
    sources: [],
    git: /-\d+-g[0-9a-f]+$/.test(git.describe ?? '') ? { ...git, describe: undefined } : git,
  });
  return (
    contradictions
      .filter(({ value }) => plain(value) !== plain(version))
      // MODULE_VERSION is compared only if there is one module, because each of several modules may have a version of
      // its own.
      .filter(({ kind }) => kind === 'tag' || conf.context.evaluation?.conf?.modules.length === 1)
  );
}

/** Returns a version without a revision of digits and without `.0` at its end: 1.0, 1.0.0 and 1.0-1 become equal. */
function plain(version: string): string {
  return version.replace(/-\d+$/, '').replace(/(?:\.0+)+$/, '');
}

/**
 * Returns the names of the modules in the makefiles of each dkms.conf. make reads the makefiles as for `kernel`. A
 * dkms.conf has no entry if its tree is not complete, or if DKMS refuses the dkms.conf.
 */
export async function kbuildModules(
  directory: string,
  confs: readonly LintedConf[],
  kernel: LintKernel,
): Promise<TreeContext['kbuild']> {
  const made = new Map<LintedConf, readonly string[]>();
  for (const conf of confs) {
    const { tree, evaluation } = conf.context;
    if (tree?.complete !== true || evaluation?.conf === undefined) continue;
    const modules = await askKbuild(dirname(join(directory, conf.path)), kernel);
    made.set(
      conf,
      modules.map(({ name }) => name),
    );
  }
  return made;
}

/**
 * Returns the dkms.conf files whose MAKE builds for the running kernel. For each dkms.conf of which this is not known,
 * adds the reason to `unchecked`.
 */
export async function runningKernelConfs(
  directory: string,
  confs: readonly LintedConf[],
  unchecked: Unchecked[],
): Promise<LintedConf[]> {
  const found: LintedConf[] = [];
  for (const conf of confs) {
    const asks = await asksRunningKernel(dirname(join(directory, conf.path)), conf);
    if (asks === true) found.push(conf);
    if (typeof asks !== 'string') continue;
    const message = `lint did not check whether MAKE builds for the running kernel: ${asks}`;
    unchecked.push({ file: conf.file, message });
  }
  return found;
}
