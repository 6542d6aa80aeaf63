import { resolve } from 'node:path';
import { isTokenUri } from '../../module/sign/token-uri.ts';
import { withProgramPath } from '../../system/text/program-path.ts';
import type { SignArguments } from '../command-line/read-signing.ts';

/** The arguments of `run` on which the options of the workers depend. */
interface WorkerArguments extends SignArguments {
  readonly store?: string | undefined;
  readonly offline: boolean;
}

/** Returns the options that each worker gets. Paths are absolute, because a worker may start in another directory. */
export function workerOptions(args: WorkerArguments): string[] {
  const path = (text: string) => (isTokenUri(text) ? text : resolve(text));
  const each = (name: string, values: readonly string[] | undefined) =>
    (values ?? []).flatMap((value) => [name, value]);
  return [
    ...(args.store === undefined ? [] : ['--store', resolve(args.store)]),
    ...(args.offline ? ['--offline'] : []),
    ...each('--sign-key', args.signKey?.map(path)),
    ...each('--sign-cert', args.signCert?.map(path)),
    ...each('--sign-passphrase-file', args.signPassphraseFile?.map(path)),
    ...each('--sign-passphrase-env', args.signPassphraseEnv),
    ...(args.signCommand === undefined
      ? []
      : ['--sign-command', withProgramPath(args.signCommand, path)]),
    ...(args.signHash === undefined ? [] : ['--sign-hash', args.signHash]),
    ...(args.signTimeout === undefined ? [] : ['--sign-timeout', args.signTimeout]),
  ];
}
