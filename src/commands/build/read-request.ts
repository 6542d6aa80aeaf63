import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type Compression,
  DEFAULT_COMPRESSION,
  planCompression,
} from '../../archive/compression/compression.ts';
import { DkmsDebError, UsageError } from '../../errors.ts';
import type { BuildRequest } from '../../pipelines/build/upload-request.ts';
import type { UploadType } from '../../source/changes.ts';
import { pathInTree } from '../command-line/path-in-tree.ts';
import { readSuffix } from '../command-line/variant-options.ts';

/** The options as yargs gives them. */
export interface BuildArguments {
  readonly directory: string;
  readonly output: string;
  /** Called by debian/rules: the .deb is registered in debian/files, dpkg-buildpackage does the rest. */
  readonly fromRules: boolean;
  readonly dryRun: boolean;
  readonly binary?: boolean | undefined;
  readonly source?: boolean | undefined;
  readonly full?: boolean | undefined;
  /** Empty: the key of whoever wrote the changelog entry. */
  readonly sign?: string | undefined;
  readonly snapshot?: boolean | undefined;
  readonly distribution?: string | undefined;
  readonly suffix?: string | undefined;
  /** Files with a private key that somebody means, relative to the tree. */
  readonly allowFile?: readonly string[] | undefined;
  readonly compression?: string | undefined;
  readonly maxSize?: string | undefined;
}

/** Checks the options of `build`; UsageError (2) for what does not go together or is no value. */
export function readRequest(args: BuildArguments): BuildRequest {
  const request: BuildRequest = {
    directory: resolve(args.directory),
    output: resolve(args.output),
    type: readType(args),
    fromRules: args.fromRules,
    dryRun: args.dryRun,
    sign: args.sign,
    snapshot: args.snapshot ?? false,
    distribution: readDistribution(args.distribution),
    suffix: readSuffix(args.suffix),
    allowFiles: (args.allowFile ?? []).map((path) => pathInTree(resolve(args.directory), path)),
    compression: readCompression(args.compression),
  };
  if (request.fromRules) refuseBelowRules(request);
  if (request.sign !== undefined && args.directory === '.' && isDirectory(request.sign)) {
    throw new UsageError(`--sign took the directory ${request.sign} for a key`, {
      hint: 'Write --sign after the directory, or --sign=KEY.',
    });
  }
  return request;
}

function isDirectory(path: string): boolean {
  return path !== '' && (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

function readType({ binary, source, full }: BuildArguments): UploadType {
  const chosen = [
    ...(binary ? (['binary'] as const) : []),
    ...(source ? (['source'] as const) : []),
    ...(full ? (['full'] as const) : []),
  ];
  if (chosen.length > 1) {
    throw new UsageError('-b, -S and -F exclude each other', {
      hint: '-b: the .deb only, -S: the source package only, -F: both.',
    });
  }
  return chosen[0] ?? 'binary';
}

/** Below dpkg-buildpackage all but the .deb is its own work, and the version is the changelog's. */
function refuseBelowRules(request: BuildRequest): void {
  const options: readonly (readonly [string, boolean])[] = [
    ['-S', request.type === 'source'],
    ['-F', request.type === 'full'],
    ['--sign', request.sign !== undefined],
    ['--snapshot', request.snapshot],
    ['--distribution', request.distribution !== undefined],
    ['--suffix', request.suffix !== undefined],
  ];
  const given = options.find(([, isGiven]) => isGiven)?.[0];
  if (given === undefined) return;
  throw new UsageError(`${given} does not go with --from-rules`, {
    hint: 'dpkg-buildpackage makes and signs the source package; give it the option, or call dkms-deb build by hand.',
  });
}

function readDistribution(text: string | undefined): string | undefined {
  if (text === undefined || /^[A-Za-z][-+.A-Za-z0-9]*$/.test(text)) return text;
  throw new UsageError(`--distribution ${JSON.stringify(text)} is no name of a distribution`, {
    hint: 'Such as unstable, bookworm-backports or noble.',
  });
}

/** `xz`, `zstd:19`: dpkg-deb's names of -Z, levels of -z. */
function readCompression(text: string | undefined): Compression {
  if (text === undefined) return DEFAULT_COMPRESSION;
  const [, type = '', level] = /^(xz|gzip|zstd|none)(?::(\d+))?$/.exec(text) ?? [];
  const hint = 'xz[:0-9], gzip[:0-9], zstd[:1-22] or none, as in dpkg-deb -Z and -z.';
  if (type === '' || (type === 'none' && level !== undefined)) {
    throw new UsageError(`--compression ${JSON.stringify(text)} is not known`, { hint });
  }
  const compression = {
    type: type as Compression['type'],
    ...(level === undefined ? {} : { level: Number(level) }),
  };
  try {
    planCompression(compression);
  } catch (cause) {
    if (!(cause instanceof DkmsDebError)) throw cause;
    throw new UsageError(`--compression ${text}: ${cause.message}`, { hint, cause });
  }
  return compression;
}
