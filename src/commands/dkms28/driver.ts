import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DkmsDebError, InputError } from '../../errors.ts';

export interface ModuleArguments {
  readonly driver?: string | undefined;
  readonly module?: string | undefined;
  readonly moduleVersion?: string | undefined;
  readonly dkmstree: string;
  readonly sourcetree: string;
  /** The directory for the results. If it is not given, findDriver chooses the directory. */
  readonly output?: string | undefined;
}

/** By action: the name of the directory for the results, which is in DKMSTREE/NAME/VERSION. */
const RESULTS = { mkdeb: 'deb', mkdsc: 'dsc', mkbmdeb: 'bmdeb', mkrpm: 'rpm' } as const;

/** The source of the named driver, and the directory for the results. */
export interface NamedDriver {
  readonly directory: string;
  readonly output: string;
}

/**
 * Finds a driver as DKMS 2.8 does: by `-m NAME -v VERSION`, by `NAME/VERSION`, by a directory, or in the current
 * directory. Without `output`, the results of a driver that is named and was added to DKMS are written into the DKMS
 * tree, all other results into "..". DKMS requires that a driver in /usr/src is added; dkms-deb does not require it.
 * Throws DkmsDebError with the exit status of DKMS: 1 if no name or no version is given, 2 if the driver does not
 * exist. Throws InputError `bad-module-name` for a name or version that is not allowed.
 */
export async function findDriver(
  action: keyof typeof RESULTS,
  args: ModuleArguments,
): Promise<NamedDriver> {
  const elsewhere = args.output ?? '..';
  const { driver } = args;
  if (driver !== undefined && args.module === undefined) {
    const directory = basename(driver) === 'dkms.conf' ? dirname(driver) : driver;
    if (existsSync(join(directory, 'dkms.conf'))) {
      return { directory: resolve(directory), output: elsewhere };
    }
  }
  const identity = readIdentity(args);
  if (identity === undefined) {
    if (args.module === undefined && driver === undefined && existsSync('dkms.conf')) {
      return { directory: resolve('.'), output: elsewhere };
    }
    throw new DkmsDebError(
      'no-module-named',
      1,
      'the name and the version of the driver are required',
      {
        hint: `Run dkms-deb ${action} NAME/VERSION, or ${action} -m NAME -v VERSION, or run it in the directory of dkms.conf.`,
      },
    );
  }
  const { name, version } = identity;
  const added = join(args.dkmstree, name, version);
  const source = join(added, 'source');
  if (existsSync(join(source, 'dkms.conf'))) {
    const output = args.output ?? join(added, RESULTS[action]);
    return { directory: await realpath(source), output };
  }
  const directory = join(args.sourcetree, `${name}-${version}`);
  if (existsSync(directory)) return { directory, output: elsewhere };
  throw new DkmsDebError('no-module-source', 2, `no source of ${name} ${version} found`, {
    hint: `Set other places with --dkmstree and --sourcetree: neither ${join(source, 'dkms.conf')} nor ${directory} exists.`,
  });
}

function readIdentity({ driver, module, moduleVersion }: ModuleArguments) {
  const [name, version = moduleVersion] = splitAtSlash(module ?? driver ?? '');
  if (name === '' || version === undefined || version === '') return undefined;
  for (const word of [name, version]) {
    if (/^[\w.+~:-]+$/.test(word) && word !== '..' && word !== '.') continue;
    throw new InputError(
      'bad-module-name',
      `${JSON.stringify(word)} is not allowed as the name or the version of a driver`,
      { hint: 'Use only letters, digits and the characters "_", ".", "+", "~", ":" and "-".' },
    );
  }
  return { name, version };
}

function splitAtSlash(text: string): [string, string?] {
  const at = text.indexOf('/');
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
