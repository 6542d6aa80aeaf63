import { machineSources } from '../../archives/apt/apt-source.ts';
import { readMachineApt } from '../../archives/apt/machine-apt.ts';
import { openStore, storedKernels } from '../../archives/store/header-store.ts';
import { askLibc } from '../../archives/toolchain/host-tools.ts';
import { DkmsDebError } from '../../errors.ts';
import { cacheDirectory } from '../../module/compile/build-cache.ts';
import { describeCounts } from '../../report/counts.ts';
import { isReadable } from '../../system/files/is-readable.ts';
import { reasonOf } from '../../system/process/refusal.ts';
import { ANY_STATUS, run } from '../../system/process/run.ts';
import { type MachineFinding, note, ok } from './machine-finding.ts';

const MEGABYTE = 1024;

/** Returns findings about apt's sources and their keys, and about the C library that compilers of Debian need. */
export async function checkArchives(): Promise<MachineFinding[]> {
  return [...(await checkSources()), await checkLibc()];
}

async function checkSources(): Promise<MachineFinding[]> {
  const wrong: MachineFinding[] = [];
  try {
    const apt = await readMachineApt();
    const sources = await machineSources(apt.sourceList, apt.sourceParts, (file, { message }) => {
      const advice = 'Correct the file: see sources.list(5).';
      wrong.push({ state: 'optional', subject: file, message, advice });
    });
    for (const { options, suites, file } of sources) {
      for (const keyring of keyringsOf(options.get('Signed-By') ?? '')) {
        if (isReadable(keyring)) continue;
        const message = `${keyring} (Signed-By of ${suites.join(', ')}) is missing or not readable`;
        const name = KEYRING_PACKAGES.find((name) => keyring.endsWith(`/${name}.gpg`));
        const mend =
          name === undefined
            ? { advice: 'Install the package that has this keyring, or correct Signed-By.' }
            : { packages: [name] };
        wrong.push({ state: 'optional', subject: file, message, ...mend });
      }
    }
    const suites = [...new Set(sources.flatMap((source) => source.suites))];
    if (suites.length === 0) {
      const message = "this machine's apt has no source of packages";
      const advice = 'Add a source as sources.list(5) describes it, or give bmdeb --sources FILE.';
      return [...wrong, { state: 'missing', subject: 'suites', message, advice }];
    }
    return [...wrong, ok('suites', suites.join(', '))];
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    const advice = error.hint ?? 'Read what apt-config dump prints.';
    return [...wrong, { state: 'missing', subject: 'apt', message: error.message, advice }];
  }
}

/**
 * The names of the keyrings of Debian and Ubuntu, without .gpg. The package that has a keyring has the name of this
 * keyring.
 */
const KEYRING_PACKAGES = ['debian-archive-keyring', 'ubuntu-archive-keyring'];

/**
 * Returns the paths of keyrings in a field Signed-By. This field may have fingerprints or a whole key instead
 * (sources.list(5)).
 */
function keyringsOf(signedBy: string): string[] {
  if (signedBy.includes('-----BEGIN')) return [];
  return signedBy.split(/[\s,]+/).filter((word) => word.startsWith('/'));
}

async function checkLibc(): Promise<MachineFinding> {
  try {
    return ok('C library', `glibc ${await askLibc('getconf')}`);
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    const advice = error.hint ?? '';
    return { state: 'missing', subject: 'C library', message: error.message, advice };
  }
}

/** Returns findings about the cache of modules and the store of headers. */
export async function checkCaches(): Promise<MachineFinding[]> {
  const store = openStore(undefined);
  const known = await storedKernels(store).then(
    ({ length }) => (length > 0 ? `, ${describeCounts([[length, 'kernel']])} known` : ''),
    (error: unknown) => `; its index cannot be read: ${reasonOf(error)}`,
  );
  const [modules, headers] = await Promise.all(
    [cacheDirectory(), store.directory].map((directory) => sizeOf(directory)),
  );
  return [
    note('cache of modules', `${cacheDirectory()}: ${modules}`),
    note('store of headers', `${store.directory}: ${headers}${known}`),
  ];
}

/** Returns the size of a directory as a text. If the size cannot be found out, the text says so. */
async function sizeOf(directory: string): Promise<string> {
  const answer = await run('du', ['-sk', '--', directory], { accept: ANY_STATUS }).catch(
    (error: unknown) => {
      if (error instanceof DkmsDebError) return error;
      throw error;
    },
  );
  if (answer instanceof DkmsDebError) {
    const isLate = answer.code === 'tool-timeout';
    return isLate ? 'its size was not counted in time' : `its size is unknown: ${answer.message}`;
  }
  const kilobytes = /^(\d+)\t/.exec(answer.stdout)?.[1];
  return kilobytes === undefined ? 'empty' : `${Math.ceil(Number(kilobytes) / MEGABYTE)} MB`;
}
