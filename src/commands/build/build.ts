import { join, resolve } from 'node:path';
import { listSourceTree } from '../../dkms/source-tree.ts';
import { applyPlan } from '../../generate/apply.ts';
import { readDriver } from '../../generate/driver.ts';
import { planDebian } from '../../generate/plan.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { type StagedPackage, stageDkmsPackage, writePackage } from '../../package/dkms-package.ts';
import { hasPackaging } from '../../package/packaging.ts';
import { sourceTimestamp } from '../../package/timestamp.ts';
import { registerInFiles, type UploadedPackage, writeChanges } from '../../source/changes.ts';
import { withTemporaryDirectory } from '../../system/cleanup.ts';
import { prepareOutputDirectory } from '../../system/output.ts';
import type { CommandContext, CommandResult } from '../command.ts';

export interface BuildArguments {
  readonly directory: string;
  readonly output: string;
  /** Called by debian/rules: the .deb is registered in debian/files, dpkg-buildpackage does the rest. */
  readonly fromRules: boolean;
  readonly dryRun: boolean;
}

/** Builds `<name>-dkms`; by hand also its .buildinfo and .changes. Prints the paths written. */
export async function build(args: BuildArguments, context: CommandContext): Promise<CommandResult> {
  const directory = resolve(args.directory);
  if (await hasPackaging(directory)) {
    return buildFrom(directory, join(directory, 'debian'), args, context);
  }
  return withTemporaryDirectory('debian', async (temporary) => {
    await generatePackaging(directory, temporary);
    context.reporter.note('There is no debian/: packaging what dkms-deb init would write.');
    return buildFrom(directory, join(temporary, 'debian'), args, context);
  });
}

/** Writes the debian/ that init would write, elsewhere: the tree is only read. */
async function generatePackaging(directory: string, temporary: string): Promise<void> {
  const driver = await readDriver(directory, await referenceKernel());
  const newest = Math.max(...(await listSourceTree(directory)).map((entry) => entry.mtime));
  const timestamp = sourceTimestamp(newest);
  await applyPlan(temporary, await planDebian(driver, { style: 'dkms-deb', timestamp }));
}

async function buildFrom(
  directory: string,
  debian: string,
  args: BuildArguments,
  context: CommandContext,
): Promise<CommandResult> {
  const staged = await stageDkmsPackage(
    directory,
    debian,
    await referenceKernel(),
    context.reporter,
  );
  const output = resolve(args.output);
  const files: string[] = [];
  if (args.dryRun) files.push(join(output, staged.fileName));
  else {
    await prepareOutputDirectory(output);
    files.push(await writePackage(staged, output));
    const uploaded = uploadOf(staged);
    if (args.fromRules) await registerInFiles(directory, uploaded);
    else files.push(...(await writeChanges(debian, output, uploaded)));
  }
  for (const file of files) context.print(file);
  return {
    exitStatus: 0,
    document: {
      package: staged.packaging.packageName,
      version: staged.packaging.latest.version,
      files,
    },
  };
}

function uploadOf({ fileName, packaging }: StagedPackage): UploadedPackage {
  const { source, binary, latest } = packaging;
  const field = (name: string) => binary.get(name) ?? source.get(name) ?? '-';
  return {
    fileName,
    section: field('Section'),
    priority: field('Priority'),
    source: latest.source,
    version: latest.version,
  };
}
