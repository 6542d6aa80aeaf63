import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DkmsDebError, EXIT, InputError } from '../../errors.ts';
import { readAnyCertificate } from '../../module/sign/any-certificate.ts';
import { type PackageContents, readContents } from '../../package/verify/package-contents.ts';
import { type PackageReport, verifyPackage } from '../../package/verify/verify-package.ts';
import { errorDocument } from '../../report/error-document.ts';
import { isRpm } from '../../rpm/verify/read-rpm.ts';
import { verifyRpm } from '../../rpm/verify/verify-rpm.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { describeReport, errorsIn } from './describe-report.ts';
import { toDocument } from './document.ts';

export interface VerifyArguments {
  readonly packages: readonly string[];
  readonly headers?: string | undefined;
  readonly symvers: readonly string[];
  readonly certificate?: string | undefined;
  readonly evaluate: boolean;
}

/**
 * Checks packages, and prints a report for each. Modules of one package may import symbols from modules of another
 * (BUILD_DEPENDS). The exit status is 1 if a package has an error or cannot be read. The other packages are checked in
 * any case.
 */
export async function verify(
  args: VerifyArguments,
  context: CommandContext,
): Promise<CommandResult> {
  const options = {
    headers: args.headers === undefined ? undefined : resolve(args.headers),
    symvers: await Promise.all(args.symvers.map(readable)),
    certificates:
      args.certificate === undefined ? [] : [await readAnyCertificate(args.certificate)],
    evaluate: args.evaluate,
  };
  const documents: unknown[] = [];
  let failed = false;
  const attempt = async <T>(file: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DkmsDebError)) throw error;
      failed = true;
      context.reporter.failure(error, file);
      documents.push({ file, error: errorDocument(error) });
      return undefined;
    }
  };
  const packages: PackageContents[] = [];
  const show = (report: PackageReport) => {
    failed ||= errorsIn(report) > 0;
    documents.push(toDocument(report));
    for (const line of describeReport(report)) context.print(line);
  };
  for (const file of args.packages) {
    context.reporter.progress(`reading ${file}`);
    if (await isRpm(file)) {
      const report = await attempt(file, () => verifyRpm(resolve(file), options));
      if (report !== undefined) show({ ...report, file });
      continue;
    }
    const contents = await attempt(file, () => readContents(file, options.certificates));
    if (contents !== undefined) packages.push(contents);
  }
  for (const contents of packages) {
    const { path } = contents.deb;
    const report = await attempt(path, () => verifyPackage(contents, packages, options));
    if (report !== undefined) show(report);
  }
  return { exitStatus: failed ? EXIT.failed : 0, document: { packages: documents } };
}

async function readable(file: string): Promise<string> {
  try {
    await readFile(file);
    return file;
  } catch (cause) {
    throw new InputError('symvers-unreadable', 'cannot read the file', {
      where: { file },
      cause,
    });
  }
}
