import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { KernelError } from '../errors.ts';
import { readTreeFileStart } from '../system/files/read-tree-file.ts';
import { run } from '../system/process/run.ts';
import { isMakePath } from '../system/text/make-path.ts';
import { architecturesOfElf, runsElf } from './architecture.ts';
import { hostArchitecture, type KernelHeaders } from './headers.ts';
import { includedMakefile } from './included-makefile.ts';
import { isWholeSymvers } from './symvers.ts';

const SYMVERS = 'Module.symvers';

/** Files that kbuild needs in the headers, each with the Debian package that contains it. */
const NEEDED = [
  ['Makefile', 'linux-headers-RELEASE'],
  ['include/generated/autoconf.h', 'linux-headers-RELEASE'],
  ['include/config/auto.conf', 'linux-headers-RELEASE'],
  // Without Module.symvers kbuild only prints a warning. It then builds modules without CRCs, and does not check their
  // symbols.
  [SYMVERS, 'linux-headers-RELEASE'],
  ['scripts/basic/fixdep', 'linux-kbuild-*'],
  ['scripts/mod/modpost', 'linux-kbuild-*'],
] as const;

/**
 * Programs in the headers that kbuild runs. In Debian, modpost and objtool are scripts that run modpost.real-… and
 * objtool.real-….
 */
const PROGRAMS = [
  ['scripts/basic', 'fixdep'],
  ['scripts/mod', 'modpost'],
  ['tools/objtool', 'objtool'],
] as const;

/**
 * Checks that kbuild can use the headers. Without this check, the messages of make would not explain the fault. Throws
 * KernelError (exit status 21): `bad-headers-path` if make cannot work in the path of the headers, `broken-headers` if
 * a part is missing, or if Module.symvers is empty or cut off; `foreign-headers` if programs in the headers do not run
 * on this machine.
 */
export async function checkHeaders(headers: KernelHeaders): Promise<void> {
  const { directory, release, foundIn = directory } = headers;
  if (!isMakePath(foundIn)) {
    throw new KernelError('bad-headers-path', 'make cannot use headers with this path', {
      where: { file: foundIn },
      hint: 'Move the headers to a path without spaces, colons, quotes and similar characters. A symlink to the headers is not enough.',
    });
  }
  for (const [file, owner] of NEEDED) {
    if (existsSync(join(directory, file))) continue;
    throw broken(headers, `${file} is missing`, owner.replace('RELEASE', release));
  }
  if (!(await isWholeSymvers(join(directory, SYMVERS)))) {
    const owner = `linux-headers-${release}`;
    throw broken(headers, `their ${SYMVERS} is empty or truncated`, owner);
  }
  const included = await includedMakefile(directory);
  if (included !== undefined && !existsSync(included)) {
    const owner = /linux-headers-[^/]+/.exec(included)?.[0] ?? included;
    throw broken(headers, `their Makefile includes ${included}, which is missing`, owner);
  }
  await checkHostPrograms(headers);
}

function broken(
  { release, directory, foundIn = directory, root }: KernelHeaders,
  what: string,
  owner: string,
): KernelError {
  return new KernelError(
    'broken-headers',
    `the headers of kernel ${release} are incomplete: ${what}`,
    {
      where: { file: foundIn },
      hint:
        root === undefined || root === '/'
          ? `Install the headers again: apt install --reinstall ${owner}`
          : `Unpack ${owner} into ${root}, too. If you built this kernel yourself, run make in its tree, which writes what is missing.`,
    },
  );
}

/**
 * Checks that the programs in the headers run on this machine. The programs were compiled for a machine like the one
 * that built the headers. Of installed headers, only the architecture of the programs is checked. Nothing is checked if
 * other programs replace those in the headers (`tools.kbuild`).
 */
async function checkHostPrograms(headers: KernelHeaders): Promise<void> {
  if (headers.tools?.kbuild !== undefined) return;
  const program = join(headers.directory, 'scripts/basic/fixdep');
  const machine = await machineOfProgram(program);
  const host = await hostArchitecture();
  if (machine !== undefined && runsElf(host, machine) === false) {
    const owners = architecturesOfElf(machine).join(' or ');
    throw foreign(
      headers,
      `the programs in scripts/ are for ${owners || `machine ${machine}`}, this machine is ${host}`,
      `Build on a machine that runs these programs, or unpack the ${host} package of linux-kbuild over the headers (Debian's linux-kbuild works for kernels of all architectures).`,
    );
  }
  if (headers.root === undefined) return;
  const programs = await programsOf(headers.directory);
  // Each set of programs is checked once, because kernels of one version share them.
  const same = (await Promise.all(programs.map((each) => realpath(each)))).join('\n');
  if (fine.has(same)) return;
  const said = await run('ldd', programs, { accept: [0, 1] });
  const problem = said.output
    .split('\n')
    .find((line) => /version `\S+' not found|=> not found/.test(line));
  if (problem === undefined) {
    fine.add(same);
    return;
  }
  throw foreign(
    headers,
    `the programs in the headers do not start: ${problem.trim().replaceAll(`${headers.directory}/`, '')}`,
    'Build on the release of the distribution for which these programs were compiled, for example in a container.',
  );
}

/** Sets of programs that have already passed the check in this run. */
const fine = new Set<string>();

async function programsOf(directory: string): Promise<string[]> {
  const found = PROGRAMS.map(async ([place, name]) => {
    const names = await readdir(join(directory, place)).catch(() => []);
    const own = names.filter((each) => each === name || each.startsWith(`${name}.real`));
    return own.map((each) => join(directory, place, each));
  });
  return (await Promise.all(found)).flat();
}

async function machineOfProgram(file: string): Promise<number | undefined> {
  const header = await readTreeFileStart(file, 20);
  if (header.length < 20 || header.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  return header[5] === 2 ? header.readUInt16BE(18) : header.readUInt16LE(18);
}

function foreign(headers: KernelHeaders, what: string, hint: string): KernelError {
  return new KernelError(
    'foreign-headers',
    `the headers of kernel ${headers.release} cannot be used here: ${what}`,
    { where: { file: headers.foundIn ?? headers.directory }, hint },
  );
}
