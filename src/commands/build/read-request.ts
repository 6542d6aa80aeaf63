import { resolve } from 'node:path';
import {
  type Compression,
  DEFAULT_COMPRESSION,
  planCompression,
} from '../../archive/compression/compression.ts';
import { DkmsDebError, UsageError } from '../../errors.ts';
import type { BuildRequest } from '../../pipelines/build/upload-request.ts';
import { readBuildType, refuseDirectoryAsKey } from '../command-line/build-type.ts';
import { readAllowedFiles } from '../command-line/driver-options.ts';
import type { InstallArguments } from '../command-line/install-options.ts';
import { readSignTimeout } from '../command-line/sign-options.ts';
import { readVariant, type VariantArguments } from '../command-line/variant-options.ts';

/** The arguments of `build`, as the user typed them. readRequest checks them and makes a BuildRequest. */
export interface BuildArguments extends VariantArguments, InstallArguments {
  readonly directory: string;
  readonly output: string;
  readonly fromRules: boolean;
  readonly dryRun: boolean;
  readonly binary?: boolean | undefined;
  readonly source?: boolean | undefined;
  readonly full?: boolean | undefined;
  readonly sign?: string | undefined;
  readonly signTimeout?: string | undefined;
  readonly distribution?: string | undefined;
  readonly allowFile?: readonly string[] | undefined;
  readonly compression?: string | undefined;
  readonly maxSize?: string | undefined;
}

/** Checks the options of `build`. Throws UsageError for a wrong value and for options that conflict. */
export function readRequest(args: BuildArguments): BuildRequest {
  const { fromRules, dryRun, sign } = args;
  const directory = resolve(args.directory);
  const request: BuildRequest = {
    directory,
    output: resolve(args.output),
    type: readBuildType(args),
    fromRules,
    dryRun,
    sign,
    signTimeout: readSignTimeout(args.signTimeout),
    ...readVariant(args),
    distribution: readDistribution(args.distribution),
    allowFiles: readAllowedFiles(directory, args.allowFile),
    compression: readCompression(args.compression),
  };
  if (fromRules) refuseBelowRules(request);
  refuseDirectoryAsKey(args);
  return request;
}

/**
 * Throws UsageError for options that cannot be combined with --from-rules: dpkg-buildpackage, which called
 * debian/rules, makes and signs everything except the .deb, and the version comes from debian/changelog.
 */
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
  throw new UsageError(`${given} cannot be combined with --from-rules`, {
    hint: 'Give the option to dpkg-buildpackage, which makes and signs the source package; or run dkms-deb build yourself.',
  });
}

function readDistribution(text: string | undefined): string | undefined {
  if (text === undefined || /^[A-Za-z][-+.A-Za-z0-9]*$/.test(text)) return text;
  throw new UsageError(`--distribution ${JSON.stringify(text)} is not the name of a distribution`, {
    hint: 'Name a distribution such as unstable, bookworm-backports or noble.',
  });
}

/**
 * Reads a compression such as `xz` or `zstd:19`: a type as for -Z of dpkg-deb, and a level as for -z. Returns
 * DEFAULT_COMPRESSION if none is given. Throws UsageError for any other text.
 */
function readCompression(text: string | undefined): Compression {
  if (text === undefined) return DEFAULT_COMPRESSION;
  const [, type = '', level] = /^(xz|gzip|zstd|none)(?::(\d+))?$/.exec(text) ?? [];
  const hint = 'Use xz[:0-9], gzip[:0-9], zstd[:1-22] or none, as in dpkg-deb -Z and -z.';
  if (type === '' || (type === 'none' && level !== undefined)) {
    throw new UsageError(`unknown --compression ${JSON.stringify(text)}`, { hint });
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
