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
  /** Undefined: where DKMS 2.8 put the results. */
  readonly output?: string | undefined;
}

/** Where an action of DKMS 2.8 finds its source, and where it left the results. */
export interface NamedDriver {
  readonly directory: string;
  readonly output: string;
}

/**
 * What `-m NAME -v VERSION`, `NAME/VERSION`, a directory or nothing name, as in DKMS 2.8: a driver that
 * was added, or the tree itself, whose results then go to "..". Beyond DKMS, a driver that is only in
 * /usr/src is one, too. DkmsDebError with DKMS's status: 1 nothing named, 2 not there.
 */
export async function findDriver(
  action: string,
  args: ModuleArguments,
  results: 'deb' | 'dsc' | 'bmdeb',
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
      'the name and version of the driver are not given',
      {
        hint: `dkms-deb ${action} NAME/VERSION, or ${action} -m NAME -v VERSION, or where dkms.conf is.`,
      },
    );
  }
  const { name, version } = identity;
  const added = join(args.dkmstree, name, version);
  const source = join(added, 'source');
  if (existsSync(join(source, 'dkms.conf'))) {
    const output = args.output ?? join(added, results);
    return { directory: await realpath(source), output };
  }
  const directory = join(args.sourcetree, `${name}-${version}`);
  if (existsSync(directory)) return { directory, output: elsewhere };
  throw new DkmsDebError('no-module-source', 2, `there is no source of ${name} ${version}`, {
    hint: `Neither ${source} nor ${directory} is there; --dkmstree and --sourcetree name other places.`,
  });
}

function readIdentity({ driver, module, moduleVersion }: ModuleArguments) {
  const [name, version = moduleVersion] = splitAtSlash(module ?? driver ?? '');
  if (name === '' || version === undefined || version === '') return undefined;
  for (const word of [name, version]) {
    if (/^[\w.+~:-]+$/.test(word) && word !== '..' && word !== '.') continue;
    throw new InputError('bad-module-name', `${JSON.stringify(word)} cannot name a driver`);
  }
  return { name, version };
}

function splitAtSlash(text: string): [string, string?] {
  const at = text.indexOf('/');
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
