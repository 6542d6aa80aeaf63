import { UsageError } from '../../errors.ts';
import type { UploadType } from '../../source/changes.ts';
import { isDirectory } from './configured.ts';

/** Returns the type that -b, -S or -F chooses. The default is `binary`. Throws UsageError if several are given. */
export function readBuildType(args: {
  readonly binary?: boolean | undefined;
  readonly source?: boolean | undefined;
  readonly full?: boolean | undefined;
}): UploadType {
  const { binary, source, full } = args;
  const chosen = [
    ...(binary ? (['binary'] as const) : []),
    ...(source ? (['source'] as const) : []),
    ...(full ? (['full'] as const) : []),
  ];
  if (chosen.length > 1) {
    throw new UsageError('-b, -S and -F cannot be combined', {
      hint: 'Use -b for the package only, -S for the source package only, -F for both.',
    });
  }
  return chosen[0] ?? 'binary';
}

/**
 * Throws UsageError if the value of --sign is a directory and no other directory was given, as in `--sign DIR` where
 * DIR was meant as the driver. Also throws UsageError for --sign-timeout without --sign.
 */
export function refuseDirectoryAsKey(args: {
  readonly directory: string;
  readonly sign?: string | undefined;
  readonly signTimeout?: string | undefined;
}): void {
  const { sign, directory } = args;
  if (sign === undefined && args.signTimeout !== undefined) {
    throw new UsageError('--sign-timeout needs --sign');
  }
  if (sign !== undefined && directory === '.' && isDirectory(sign)) {
    throw new UsageError(`--sign needs a key, but ${sign} is a directory`, {
      hint: 'Write --sign after the directory, or name the key: --sign=KEY.',
    });
  }
}
