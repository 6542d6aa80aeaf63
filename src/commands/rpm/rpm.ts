import { basename, join, resolve } from 'node:path';
import { limitSource } from '../../dkms/source/source-limits.ts';
import { readDriver } from '../../driver/read-driver.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { buildRpm } from '../../rpm/build/build-rpm.ts';
import { earlierResults } from '../../source/earlier-results.ts';
import { patchedTree } from '../../source/patched-tree.ts';
import { holdLinksWithin } from '../../system/files/tree-bounds.ts';
import { removeLeftoversOfTree, withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { readBuildType, refuseDirectoryAsKey } from '../command-line/build-type.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { readAllowedFiles, readMaxSize } from '../command-line/driver-options.ts';
import { readSignTimeout } from '../command-line/sign-options.ts';

export interface RpmArguments {
  readonly directory: string;
  readonly output: string;
  readonly binary: boolean;
  readonly source: boolean;
  readonly full: boolean;
  readonly snapshot: boolean;
  readonly dryRun: boolean;
  readonly sign?: string | undefined;
  readonly signTimeout?: string | undefined;
  readonly allowFile?: readonly string[] | undefined;
  readonly maxSize?: string | undefined;
}

/** Builds the RPM package of a driver, its source package, or both, and prints their paths. */
export async function rpm(args: RpmArguments, context: CommandContext): Promise<CommandResult> {
  limitSource(readMaxSize(args.maxSize));
  const directory = resolve(args.directory);
  const output = resolve(args.output);
  const type = readBuildType(args);
  refuseDirectoryAsKey(args);
  holdLinksWithin(directory);
  await removeLeftoversOfTree(directory);
  const allowFiles = readAllowedFiles(directory, args.allowFile);
  const { reporter } = context;
  return withTemporaryDirectory('rpm', async (scratch) => {
    const without = await earlierResults(directory, output);
    const choices = allowFiles.length > 0 ? { allowFiles } : {};
    const read = (tree: string) => readDriver(tree, referenceKernel(), { choices, reporter });
    const driver = await read(directory);
    const packageTree = {
      directory,
      debian: join(directory, 'debian'),
      packageNames: [driver.packageName],
      without,
      allowed: allowFiles,
    };
    const tree = await patchedTree(
      packageTree,
      join(scratch, 'patched', basename(directory)),
      reporter,
    );
    const request = {
      output,
      type,
      sign: args.sign,
      signTimeout: readSignTimeout(args.signTimeout),
      snapshot: args.snapshot,
      dryRun: args.dryRun,
      allowFiles,
      without,
      patched: tree === directory ? undefined : await read(tree),
      scratch,
    };
    const files = await buildRpm(driver, request, reporter);
    for (const file of files) context.print(file);
    const { conf, packageName } = driver;
    const dkms = { name: conf.name, version: conf.version };
    return { exitStatus: 0, document: { package: packageName, dkms, files } };
  });
}
